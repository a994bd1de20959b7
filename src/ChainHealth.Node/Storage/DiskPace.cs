namespace ChainHealth.Node;

/// <summary>Whether the disk keeps up. One writer; read by anybody, also while a write is under way.</summary>
internal sealed class DiskPace(TimeProvider time)
{
    /// <summary>A good disk takes milliseconds; a view lasts a second.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>A slow write is told of for so long.</summary>
    private static readonly TimeSpan ToldFor = TimeSpan.FromSeconds(10);

    private long _since;
    private long _slowTicks;
    private long _slowAt;

    /// <summary>Does the write and looks at the clock.</summary>
    /// <returns>How long it took, where that was too long.</returns>
    public TimeSpan? Measure(Action write)
    {
        long began = time.GetTimestamp();
        Volatile.Write(ref _since, began);
        write();
        Volatile.Write(ref _since, 0);
        long now = time.GetTimestamp();
        TimeSpan took = time.GetElapsedTime(began, now);
        if (took <= SlowAfter)
        {
            return null;
        }

        Volatile.Write(ref _slowTicks, took.Ticks);
        Volatile.Write(ref _slowAt, now);
        return took;
    }

    /// <summary>What health says of it; null where there is nothing to say.</summary>
    public string? Trouble()
    {
        long since = Volatile.Read(ref _since), slowAt = Volatile.Read(ref _slowAt);
        TimeSpan open = since == 0 ? default : time.GetElapsedTime(since);
        return open > SlowAfter ? $"its disk is slow: a write has taken {open.TotalSeconds:0.0} s so far"
            : slowAt != 0 && time.GetElapsedTime(slowAt) < ToldFor
                ? $"its disk is slow: a write took {new TimeSpan(Volatile.Read(ref _slowTicks)).TotalSeconds:0.0} s"
            : null;
    }
}
