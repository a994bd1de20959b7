namespace ChainHealth.Mpc;

/// <summary>What one of the pairs {0, 1} and {2, 3} knows of shared numbers, at one of its members: x2 + x3, or
/// x0 + x1. The two sums add up to the numbers; comparing and selecting need nothing else, so three planes shrink to
/// one.</summary>
internal sealed class PairSum : IDisposable
{
    private readonly BufferPool _pool;
    private RingBuffer? _words;

    private PairSum(MpcSession session, int length)
    {
        _pool = session.Pool;
        _words = session.Pool.Rent(length);
        Length = length;
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    public unsafe ulong* Pointer => _words!.Pointer;

    /// <summary>The shares that make up the sum at a party.</summary>
    public static (int I, int J) SharesAt(int party) => party < 2 ? (2, 3) : (0, 1);

    public static unsafe PairSum Of(MpcSession session, ShareVector x)
    {
        var sum = new PairSum(session, x.Length);
        (int i, int j) = SharesAt(session.Party);
        RingWords.Sum(x[i], x[j], sum.Pointer, x.Length);
        return sum;
    }

    public static unsafe PairSum OfDifference(MpcSession session, ShareVector a, ShareVector b)
    {
        var sum = new PairSum(session, a.Length);
        (int i, int j) = SharesAt(session.Party);
        RingWords.Difference(a[i], b[i], sum.Pointer, a.Length);
        RingWords.Accumulate(sum.Pointer, a[j], a.Length, bits: false);
        RingWords.Subtract(sum.Pointer, b[j], a.Length);
        return sum;
    }

    public void Dispose()
    {
        if (_words is not null)
        {
            _pool.Return(_words);
            _words = null;
        }
    }

    public override string ToString() => $"sums of {Length} elements";
}
