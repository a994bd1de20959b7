namespace ChainHealth.Mpc;

/// <summary>Native memory that the sessions of a process hand on: a fresh page costs more than all work on it, so a
/// closing session leaves its cleared blocks to the next one. Thread-safe. At most <see cref="KeptBytesMax"/> bytes
/// wait; blocks that fit nobody make way for new ones; <see cref="Release"/> gives all back to the system.</summary>
public sealed class RingMemory : IDisposable
{
    public const long KeptBytesMax = BufferPool.BudgetWords * sizeof(ulong);

    private readonly Lock _gate = new();
    private readonly BufferShelves _idle = new();
    private bool _closed;

    /// <summary>Bytes that wait for a session.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>Frees what waits; sessions under way are not touched.</summary>
    public void Release()
    {
        lock (_gate)
        {
            MakeWay(long.MaxValue);
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

    /// <summary>A block of at least <paramref name="words"/> words, another session's cleared one or a new one.
    /// </summary>
    internal RingBuffer Take(int words)
    {
        lock (_gate)
        {
            if (_idle.TryTake(words) is { } buffer)
            {
                KeptBytes -= buffer.Bytes;
                return buffer;
            }

            MakeWay((long)words * sizeof(ulong));
        }

        return new RingBuffer(words);
    }

    /// <summary>Clears the block, which its owner must not use any more.</summary>
    internal void Leave(RingBuffer buffer)
    {
        buffer.Clear();
        lock (_gate)
        {
            if (!_closed && KeptBytes + buffer.Bytes <= KeptBytesMax)
            {
                _idle.Put(buffer);
                KeptBytes += buffer.Bytes;
                return;
            }
        }

        buffer.Free();
    }

    /// <summary>Frees idle blocks until as much is free as a new block takes.</summary>
    private void MakeWay(long bytes)
    {
        while (bytes > 0 && _idle.TryTakeLargest() is { } buffer)
        {
            bytes -= buffer.Bytes;
            KeptBytes -= buffer.Bytes;
            buffer.Free();
        }
    }
}
