namespace ChainHealth.Cli.Tests;

/// <summary>What a person sees: two lines for an error, help with examples, completion.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("error: 'dmeo' is not known here", "dmeo")]
    [InlineData("error: '--colour' is not known here", "demo", "--colour")]
    [InlineData("error: Cannot parse argument 'x' for option '--rounds': a whole number", "demo", "--rounds", "x")]
    [InlineData("error: 5 validators are not 3f+1", "demo", "--validators", "5")]
    [InlineData("error: --seconds 0 is out of range", "bench", "consensus", "--seconds", "0")]
    [InlineData("error: no network was named", "run", "start", "--dataset", "wdbc")]
    public async Task A_wrong_command_line_gives_two_lines_and_exit_code_2(string first, params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(arguments);
        Assert.Equal(ExitCode.Usage, code);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(first, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("next:  ", lines[1], StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("network", "init")]
    [InlineData("node")]
    [InlineData("edge")]
    [InlineData("dashboard")]
    [InlineData("run", "start")]
    [InlineData("run", "status")]
    [InlineData("run", "watch")]
    [InlineData("run", "stop")]
    [InlineData("chain", "status")]
    [InlineData("chain", "blocks")]
    [InlineData("chain", "block")]
    [InlineData("chain", "tx")]
    [InlineData("chain", "model")]
    [InlineData("verify")]
    [InlineData("dataset")]
    [InlineData("bench", "smpc")]
    [InlineData("bench", "consensus")]
    [InlineData("completion")]
    public async Task Every_command_explains_itself_with_an_example(params string[] command)
    {
        (int code, string output, string error) = await RunAsync([.. command, "--help"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Empty(error);
        Assert.Contains("Example", output, StringComparison.Ordinal);
        Assert.Contains("chainhealth " + command[0], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_commands_stays_short()
    {
        (int code, string output, _) = await RunAsync(["--help"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.DoesNotContain("--headless", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_suggests_options_of_the_command()
    {
        (int code, string output, _) = await RunAsync(["[suggest:10]", "demo --val"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("--validators", output.Trim());
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _chainhealth chainhealth")]
    [InlineData("zsh", "compdef _chainhealth chainhealth")]
    [InlineData("fish", "complete -c chainhealth")]
    public async Task Completion_prints_a_script_for_each_shell(string shell, string line)
    {
        (int code, string output, _) = await RunAsync(["completion", shell]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_shell_is_refused()
    {
        (int code, _, string error) = await RunAsync(["completion", "tcsh"]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("tcsh", error, StringComparison.Ordinal);
    }

    internal static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = await CommandLine.RunAsync(arguments, Terminal.Plain(output, error));
        return (code, output.ToString(), error.ToString());
    }
}
