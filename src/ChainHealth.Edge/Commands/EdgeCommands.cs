using System.CommandLine;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>The program's commands, and what a person sees when one fails: one line, no stack trace.</summary>
internal static class EdgeCommands
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Edge server of one institution: its records, its training, its shares.")
        {
            ServeCommand.Create(),
            EnrolCommand.Create(),
            AskCommands.Status(),
            AskCommands.Upload(),
            StartRunCommand.Create(),
            AnchorCommand.Create(),
            CheckCommand.Create(),
            DatasetCommands.Create(),
            BenchPlainCommand.Create(),
            Experiments.AgreementCommand.Create(),
            PredictCommand.Create(),
            Experiments.ExperimentCommands.Create(),
        };
        // Signals are for ProgramLife: an orderly stop is no failure.
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        };
        try
        {
            return await root.Parse(args).InvokeAsync(configuration);
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return Failed;
        }
    }

    /// <summary>Faults of input, files and network, whose messages say what is wrong. Anything else is a fault of the
    /// program and keeps its trace.</summary>
    private static bool IsExpected(Exception e) =>
        e is EdgeException or EnrolmentException or DatasetException or ParameterException or TorchRuntimeException
            or NetworkFolderException or TransactionRefusedException or TimeoutException or IOException
            or UnauthorizedAccessException or ClientApiException or HttpRequestException or InvalidDataException
            or CryptographicException or OperationCanceledException or LinkException;
}
