using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChainHealth.Client;

/// <summary>How long a program of the network runs: until SIGINT or SIGTERM, or until the process that started it is
/// gone, so that no orphan is left even when that one was killed. What does not stop in time is ended.</summary>
public sealed class ProgramLife : IDisposable
{
    /// <summary>Exit code of a program that did not stop by itself.</summary>
    public const int ForcedExitCode = 3;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly PosixSignalRegistration[] _signals;

    public ProgramLife(int? parentPid)
    {
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
        if (parentPid is { } pid)
        {
            _ = WatchAsync(pid);
        }
    }

    public CancellationToken Stopping => _stopping.Token;

    public void Stop()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            _ = ForceAsync();
        }
    }

    public void Dispose()
    {
        _disposed.Cancel();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _stopping.Dispose();
        _disposed.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }

    private async Task WatchAsync(int pid)
    {
        try
        {
            using Process parent = Process.GetProcessById(pid);
            await parent.WaitForExitAsync(_disposed.Token);
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Stop();
    }

    private async Task ForceAsync()
    {
        try
        {
            await Task.Delay(Grace, TimeProvider.System, _disposed.Token);
            Environment.Exit(ForcedExitCode);
        }
        catch (OperationCanceledException)
        {
            // It stopped by itself.
        }
    }
}
