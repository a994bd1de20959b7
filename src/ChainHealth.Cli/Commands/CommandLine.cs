using System.CommandLine;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>The whole command line: the tree of commands, and one way of ending for all of them.</summary>
public static class CommandLine
{
    /// <summary>After Ctrl-C a command may take this long to stop its children.</summary>
    private static readonly TimeSpan StopLimit = Supervisor.StopLimit + TimeSpan.FromSeconds(20);

    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show stack traces of errors.",
        Recursive = true,
    };

    public static RootCommand Create(Terminal terminal)
    {
        RootCommand root = Tree(terminal);
        ExamplesHelp.Install(root);
        return root;
    }

    private static RootCommand Tree(Terminal terminal) => new(
        "ChainHealth: hospitals train one diagnostic model together over a chain, without showing each other their "
        + "patients or their models.\n\nExample:\n  chainhealth demo")
    {
        DemoCommand.Create(terminal),
        NetworkCommand.Create(terminal),
        ProgramCommand.Create(
            "node", ProgramFile.Node, "Run a validator node of a network.",
            "chainhealth node --network DIR --member validator-1"),
        ProgramCommand.Create(
            "edge", ProgramFile.Edge, "Run an edge server of a hospital or of the provider.",
            "chainhealth edge serve --network DIR --member hospital-1 --dataset wdbc --partition 1/5"),
        ProgramCommand.Create(
            "dashboard", ProgramFile.Dashboard, "Run the dashboard.",
            "chainhealth dashboard --network DIR --member dashboard --port 5080"),
        RunCommand.Create(terminal),
        ChainCommand.Create(terminal),
        VerifyCommand.Create(terminal),
        DatasetCommand.Create(),
        ExperimentCommand.Create(),
        PredictCommand.Create(),
        BenchCommand.Create(terminal),
        ProgramCommand.Below(
            "simulate", ProgramFile.Node,
            "Run simulated clusters under faults and lies, seed by seed, and check every invariant.\n\nExample:\n"
            + "  chainhealth simulate --seeds 1000 --minutes 10", "simulate"),
        CompletionCommand.Create(terminal),
        Verbose,
    };

    /// <summary>Runs one command; the answer is the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        ParseResult parsed = Create(terminal).Parse(arguments);
        terminal.Verbose = parsed.GetValue(Verbose);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp)
        {
            terminal.Show(new UserError(FaultOf(parsed), $"see what it takes: {PathOf(parsed.CommandResult)} --help"));
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopLimit,
                Output = terminal.Out,
                Error = terminal.Error,
            };
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception e)
        {
            UserError fault = ToUserError(e);
            terminal.Show(fault);
            return fault.Code;
        }
    }

    private static UserError ToUserError(Exception e) => e switch
    {
        UserError known => known,
        NetworkFolderException => new UserError(
            e.Message, "give the folder of a network, or make one: chainhealth network init DIR", cause: e),
        OperationCanceledException => UserError.Failure("stopped before the end", "start it again when you like", e),
        TransactionRefusedException => UserError.Failure(
            $"the chain refuses it: {e.Message}", "see the state: chainhealth chain status --network DIR", e),
        ClientApiException or LinkException => UserError.Failure(
            e.Message, "see which validators can be reached: chainhealth chain status --network DIR", e),
        TimeoutException => UserError.Failure(
            e.Message, "see whether at least 2f+1 validators run: chainhealth chain status --network DIR", e),
        IOException or UnauthorizedAccessException => UserError.Failure(
            e.Message, "see that the place exists, is writable and has room", e),
        _ => UserError.Failure(
            $"unexpected: {e.Message}", "run it again with --verbose and report what it prints", e),
    };

    private static string FaultOf(ParseResult parsed) =>
        parsed.UnmatchedTokens is [string token, ..] && parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors
            ? $"'{token}' is not known here"
            : parsed.Errors[0].Message
                .Replace(" as expected type 'System.Int32'", ": a whole number is expected", StringComparison.Ordinal)
                .Replace(" as expected type 'System.UInt64'", ": a number from 0 is expected", StringComparison.Ordinal)
                .TrimEnd('.');

    private static string PathOf(System.CommandLine.Parsing.CommandResult command)
    {
        string name = command.Command is RootCommand ? "chainhealth" : command.Command.Name;
        return command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {name}" : name;
    }
}
