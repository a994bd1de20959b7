namespace ChainHealth.Mpc;

/// <summary>This party's part of a shared vector: one plane for each share that it knows. Additive over Z_2^64, or, for
/// bits (64 to a word), exclusive-or: which of the two is up to the operation that made it.</summary>
internal sealed unsafe class ShareVector : IDisposable
{
    private readonly BufferPool _pool;
    private readonly RingBuffer?[] _planes = new RingBuffer?[ExchangeMessages.Parties];

    public ShareVector(BufferPool pool, int party, int length)
    {
        _pool = pool;
        Party = party;
        Length = length;
        for (int j = 0; j < _planes.Length; j++)
        {
            _planes[j] = j == party ? null : pool.Rent(length);
        }
    }

    public int Party { get; }

    /// <summary>Words.</summary>
    public int Length { get; }

    /// <summary>Share j; null at the party that does not know it.</summary>
    public ulong* this[int j] => _planes[j] is { } plane ? plane.Pointer : null;

    public Span<ulong> Plane(int j) => _planes[j]!.Words(Length);

    public ShareVector Clear()
    {
        foreach (RingBuffer? plane in _planes)
        {
            plane?.Words(Length).Clear();
        }

        return this;
    }

    public void Dispose()
    {
        for (int j = 0; j < _planes.Length; j++)
        {
            if (_planes[j] is { } plane)
            {
                _pool.Return(plane);
                _planes[j] = null;
            }
        }
    }

    public override string ToString() => $"shares of {Length} elements";
}
