namespace ChainHealth.Mpc;

/// <summary>Memory that the sessions of a process hand on: a fresh page costs more than all work on it, so a closing
/// session leaves its cleared region to the next one. Thread-safe. At most <see cref="KeptBytesMax"/> bytes wait;
/// <see cref="Release"/> gives all back to the system.</summary>
public sealed class RingMemory : IDisposable
{
    public const long KeptBytesMax = 160L << 20;

    private readonly Lock _gate = new();
    private readonly Stack<RingRegion> _idle = [];
    private bool _closed;

    /// <summary>Bytes that wait for a session.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>Gives back what waits; sessions under way are not touched.</summary>
    public void Release()
    {
        lock (_gate)
        {
            while (_idle.TryPop(out RingRegion? region))
            {
                region.Dispose();
            }

            KeptBytes = 0;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Release();
    }

    /// <summary>For one session alone; its content is zero or undefined, never another session's.</summary>
    internal RingRegion Take()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out RingRegion? region))
            {
                KeptBytes -= region.KeptBytes;
                return region;
            }
        }

        return new RingRegion();
    }

    /// <summary>Clears what the session used; it must not use the region any more.</summary>
    internal void Leave(RingRegion region)
    {
        region.Reset(KeptBytesMax);
        lock (_gate)
        {
            if (!_closed && KeptBytes + region.KeptBytes <= KeptBytesMax)
            {
                _idle.Push(region);
                KeptBytes += region.KeptBytes;
                return;
            }
        }

        region.Dispose();
    }
}
