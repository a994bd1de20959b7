namespace ChainHealth.Client;

/// <summary>How long a counter has stood still, as far as its watcher has looked.</summary>
internal sealed class Progress(TimeProvider time)
{
    private long _value = -1;
    private long _at = time.GetTimestamp();

    public void Touch() => Volatile.Write(ref _at, time.GetTimestamp());

    public TimeSpan SinceChange(long value)
    {
        if (value != _value)
        {
            _value = value;
            Touch();
        }

        return time.GetElapsedTime(Volatile.Read(ref _at));
    }
}
