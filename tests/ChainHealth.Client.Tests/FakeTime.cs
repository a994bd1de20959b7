namespace ChainHealth.Client.Tests;

/// <summary>A clock that stands still until it is told otherwise.</summary>
internal sealed class FakeTime : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
