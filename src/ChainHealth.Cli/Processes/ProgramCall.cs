using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ChainHealth.Cli;

/// <summary>A program that is started, does its work and ends.</summary>
public static class ProgramCall
{
    /// <summary>What is kept of one output, in characters.</summary>
    private const int OutputCharsMax = 4 * 1024 * 1024;

    /// <summary>Runs it with this terminal's own input and output; the answer is its exit code.</summary>
    public static async Task<int> PassThroughAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using Process process = Process.Start(StartInfo(program, arguments, false))!;
        await using var stop = cancellation.Register(() => Stop(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    /// <summary>Runs it and answers with its standard output.</summary>
    /// <exception cref="UserError">It ended with another code than 0; the message is the program's own.</exception>
    public static async Task<string> AskAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        using Process process = Process.Start(StartInfo(program, arguments, true))!;
        process.StandardInput.Close();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timed.CancelAfter(limit);
        try
        {
            Task<string> output = ReadAsync(process.StandardOutput, timed.Token);
            Task<string> errors = ReadAsync(process.StandardError, timed.Token);
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(timed.Token);
            return process.ExitCode == 0
                ? await output
                : throw ProgramFault.Read(program, process.ExitCode, await errors);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw UserError.Failure(
                $"{program} {arguments.FirstOrDefault()} gave no answer within {limit.TotalSeconds:0} s",
                "try again when the machine is less busy");
        }
        finally
        {
            Stop(process);
        }
    }

    private static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, bool redirect)
    {
        ProgramFile file = ProgramFile.Locate(program);
        var start = new ProcessStartInfo(file.Executable)
        {
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            UseShellExecute = false,
        };
        foreach (string argument in file.Arguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer.AsMemory(), cancellation)) > 0)
        {
            text.Append(buffer, 0, Math.Min(read, Math.Max(0, OutputCharsMax - text.Length)));
        }

        return text.ToString();
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended already.
        }
    }

    /// <summary>For --parent-pid.</summary>
    internal static string OwnId => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
}
