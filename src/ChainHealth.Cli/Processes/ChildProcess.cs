using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ChainHealth.Cli;

/// <summary>One running child. It prints "ready NAME" when it may be used, and ends by itself when this process is gone
/// (--parent-pid), so that even a kill of the command line leaves nothing behind.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SignalTerminate = 15;

    private readonly Process process;
    private readonly ChildLog log;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> printed;

    private ChildProcess(ChildSpec spec, Process process, ChildLog log, Action<string> printed)
    {
        (Spec, this.process, this.log, this.printed) = (spec, process, log, printed);
        Exited = WatchAsync();
    }

    public ChildSpec Spec { get; }

    public int Id => process.Id;

    /// <summary>Completes when it has said that it is ready; never when it ends before.</summary>
    public Task Ready => ready.Task;

    /// <summary>Completes with the exit code once it has ended and all that it printed is in the log.</summary>
    public Task<int> Exited { get; }

    public IReadOnlyList<string> Tail => log.Tail();

    /// <param name="printed">Called with each line of its standard output.</param>
    public static ChildProcess Start(ChildSpec spec, Action<string> printed)
    {
        var start = new ProcessStartInfo(spec.Program.Executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])
            [.. spec.Program.Arguments, .. spec.Arguments, "--parent-pid", parent])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        var log = new ChildLog(spec.LogFile);
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return new ChildProcess(spec, process, log, printed);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Asks for an orderly stop. Where the system knows no such signal it is killed.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!process.HasExited)
        {
            _ = SendSignal(process.Id, SignalTerminate);
        }
    }

    /// <summary>It did not end by itself. Stays with the child: its name may run again before its end is looked at.
    /// </summary>
    public bool WasKilled { get; private set; }

    /// <summary>Ends it and what it started, at once (kill -9).</summary>
    public void Kill()
    {
        WasKilled = true;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended already.
        }
    }

    public void Dispose() => process.Dispose();

    private async Task<int> WatchAsync()
    {
        await Task.WhenAll(ReadAsync(process.StandardOutput, true), ReadAsync(process.StandardError, false));
        await process.WaitForExitAsync();
        log.Dispose();
        return process.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader, bool standardOutput)
    {
        while (await reader.ReadLineAsync() is string line)
        {
            log.Add(DashboardLinks.Hidden(line));
            if (!standardOutput)
            {
                continue;
            }

            printed(line);
            if (line == "ready " + Spec.Name)
            {
                ready.TrySetResult();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
