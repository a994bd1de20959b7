using System.Diagnostics;
using System.Text;

namespace ChainHealth.Processes.Tests;

/// <summary>The command line as its users start it: a process of its own.</summary>
internal sealed class ChainHealthProcess : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Process _process;

    private ChainHealthProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static ChainHealthProcess Start(params string[] arguments)
    {
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string program = Path.GetFullPath(
            Path.Combine(own, "..", "..", "ChainHealth.Cli", Path.GetFileName(own), "chainhealth.dll"));
        Assert.True(File.Exists(program), $"{program} is not built");
        var start = new ProcessStartInfo(ProgramFile.Locate(ProgramFile.Node).Executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new ChainHealthProcess(Process.Start(start)!);
    }

    /// <summary>Runs to its end; the answer is its exit code.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        TimeSpan limit, params string[] arguments)
    {
        using ChainHealthProcess process = Start(arguments);
        int code = await process.EndAsync(limit);
        return (code, process.Output, process.Error);
    }

    public async Task<int> EndAsync(TimeSpan limit)
    {
        using var timed = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(timed.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"still running after {limit.TotalSeconds:0} s\n{Output}\n{Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();

    /// <summary>SIGKILL to it alone: its children get no signal.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
