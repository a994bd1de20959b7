namespace ChainHealth.Mpc;

/// <summary>The buffers of one session, cut out of its region; the steady state allocates nothing. Not for several
/// threads.</summary>
internal sealed unsafe class BufferPool : IDisposable
{
    /// <summary>Buffers begin and end at pages of 4 KiB.</summary>
    private const int GrainWords = 512;

    private readonly RingMemory _memory;
    private readonly Stack<RingBuffer> _spare = new(64);
    private RingRegion? _region;
    private long _usedWords;

    public BufferPool(RingMemory memory)
    {
        _memory = memory;
        _region = memory.Take();
    }

    /// <summary>Most words in use at a time.</summary>
    public long PeakWords { get; private set; }

    /// <summary>At least <paramref name="words"/> words of undefined content.</summary>
    public RingBuffer Rent(int words)
    {
        ObjectDisposedException.ThrowIf(_region is null, this);
        int size = checked((Math.Max(words, 1) + GrainWords - 1) / GrainWords * GrainWords);
        RingBuffer buffer = _spare.TryPop(out RingBuffer? spare) ? spare : new RingBuffer();
        buffer.Set(_region.TryTake(size), size);
        _usedWords += size;
        PeakWords = Math.Max(PeakWords, _usedWords);
        return buffer;
    }

    public void Return(RingBuffer buffer)
    {
        if (_region is null)
        {
            // The region was cleared as a whole.
            buffer.Unset();
            return;
        }

        _usedWords -= buffer.Capacity;
        if (!buffer.OwnsMemory)
        {
            _region.Give(buffer.Pointer, buffer.Capacity);
        }

        buffer.Unset();
        _spare.Push(buffer);
    }

    public void Dispose()
    {
        if (_region is not null)
        {
            _memory.Leave(_region);
            _region = null;
        }
    }
}
