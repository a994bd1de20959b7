using System.Diagnostics;

namespace ChainHealth.Cli;

/// <summary>Waiting for a condition, never for a time.</summary>
public static class Wait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It did not come true in time; names what was waited for.</exception>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan limit)
    {
        using var timer = new PeriodicTimer(Interval);
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"after {limit.TotalSeconds:0} s still not: {what}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
