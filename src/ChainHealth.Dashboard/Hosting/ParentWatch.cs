using System.Diagnostics;

namespace ChainHealth.Dashboard.Hosting;

/// <summary>Stops the dashboard when the process that started it is gone, so that none is left behind.</summary>
public sealed class ParentWatch(int parentPid, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var parent = Process.GetProcessById(parentPid);
            await parent.WaitForExitAsync(stoppingToken);
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lifetime.StopApplication();
    }
}
