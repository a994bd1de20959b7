namespace ChainHealth.Mpc;

/// <summary>This party's part of a shared vector: one plane for each share that it knows. Additive over Z_2^64, or, for
/// bits (64 to a word), exclusive-or: which of the two is up to the operation that made it.</summary>
internal sealed unsafe class ShareVector : IDisposable
{
    private readonly BufferPool? _pool;
    private readonly RingBuffer?[] _planes = [];
    private readonly ulong*[] _starts = new ulong*[ExchangeMessages.Parties];

    public ShareVector(BufferPool pool, int party, int length)
    {
        _pool = pool;
        _planes = new RingBuffer?[ExchangeMessages.Parties];
        Party = party;
        Length = length;
        for (int j = 0; j < _planes.Length; j++)
        {
            if (j != party)
            {
                _planes[j] = pool.Rent(length);
                _starts[j] = _planes[j]!.Pointer;
            }
        }
    }

    private ShareVector(ShareVector whole, int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, whole.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, whole.Length - start);
        Party = whole.Party;
        Length = length;
        for (int j = 0; j < _starts.Length; j++)
        {
            _starts[j] = whole[j] is null ? null : whole[j] + start;
        }
    }

    public int Party { get; }

    /// <summary>Words.</summary>
    public int Length { get; }

    /// <summary>Share j; null at the party that does not know it.</summary>
    public ulong* this[int j] => _starts[j];

    public Span<ulong> Plane(int j) => _starts[j] is not null
        ? new Span<ulong>(_starts[j], Length)
        : throw new ObjectDisposedException(ToString());

    /// <summary>Words [start, start + length) of this vector, without a copy; it lives as long as this one.</summary>
    public ShareVector View(int start, int length) => new(this, start, length);

    public ShareVector Clear()
    {
        foreach (int j in Local.Known(this))
        {
            Plane(j).Clear();
        }

        return this;
    }

    public void Dispose()
    {
        for (int j = 0; j < _planes.Length; j++)
        {
            if (_planes[j] is { } plane)
            {
                _pool!.Return(plane);
                _planes[j] = null;
            }
        }

        Array.Clear(_starts);
    }

    public override string ToString() => $"shares of {Length} elements";
}
