using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>The memory of one session at a time. Small buffers have a part of their own, so that they do not stand
/// between large ones.</summary>
internal sealed unsafe class RingRegion : IDisposable
{
    private const long SmallPartWords = 4L << 20;
    private const long SmallWordsMax = 32 * 1024;

    private readonly MappedRegion _mapped = new();
    private readonly FreeStretches _small;
    private readonly FreeStretches _large;

    public RingRegion()
    {
        long words = _mapped.Bytes / sizeof(ulong), small = Math.Min(words, SmallPartWords);
        _small = new FreeStretches(0, small);
        _large = new FreeStretches(small, words - small);
    }

    /// <summary>Bytes that were touched and are kept for the next session.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>Null where it is full: the system's allocator is to be asked.</summary>
    public ulong* TryTake(long words)
    {
        long at = words <= SmallWordsMax ? _small.TryTake(words) : -1;
        at = at < 0 ? _large.TryTake(words) : at;
        return at < 0 ? null : _mapped.Start + at;
    }

    public void Give(ulong* start, long words)
    {
        long at = start - _mapped.Start;
        (at < _large.Start ? _small : _large).Give(at, words);
    }

    /// <summary>Ends a session: all that it touched is cleared, and what lies above the limit goes back to the system.
    /// </summary>
    public void Reset(long keptBytesMax)
    {
        long small = Clear(_small, keptBytesMax / 4), large = Clear(_large, keptBytesMax - small);
        KeptBytes = small + large;
        _small.Reset();
        _large.Reset();
    }

    public void Dispose() => _mapped.Dispose();

    public override string ToString() => "memory of a session";

    /// <returns>Bytes kept.</returns>
    private long Clear(FreeStretches part, long keptBytesMax)
    {
        long first = part.Start * sizeof(ulong), touched = (part.HighWater - part.Start) * sizeof(ulong);
        long kept = Math.Min(touched, keptBytesMax / MappedRegion.PageBytes * MappedRegion.PageBytes);
        long above = (part.Length * sizeof(ulong)) - kept;
        if (!_mapped.Drop(first + kept, above))
        {
            kept = touched;
        }

        for (long done = 0; done < kept; done += MappedRegion.PageBytes)
        {
            CryptographicOperations.ZeroMemory(new Span<byte>((byte*)_mapped.Start + first + done,
                (int)Math.Min(MappedRegion.PageBytes, kept - done)));
        }

        return kept;
    }
}
