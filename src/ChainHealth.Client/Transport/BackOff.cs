namespace ChainHealth.Client;

/// <summary>Delays between attempts: doubled each time up to a limit, with a jitter of a quarter so that many peers do
/// not come back at the same instant.</summary>
public sealed class BackOff(TimeSpan first, TimeSpan limit)
{
    private const double Jitter = 0.25;

    private int _attempts;

    public void Reset() => _attempts = 0;

    public TimeSpan Next()
    {
        TimeSpan delay = first;
        for (int i = 0; i < _attempts && delay < limit; i++)
        {
            delay *= 2;
        }

        _attempts = delay < limit ? _attempts + 1 : _attempts;
        delay = delay < limit ? delay : limit;
        return delay * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
    }

    /// <summary>Waits; returns at once, without an exception, when cancelled.</summary>
    public static Task WaitAsync(TimeSpan delay, CancellationToken cancellation) =>
        Task.Delay(delay, cancellation).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
