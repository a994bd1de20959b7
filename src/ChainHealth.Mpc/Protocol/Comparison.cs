namespace ChainHealth.Mpc;

/// <summary>The bits that a comparison looks at: it is right for |x| below 2^(Low + Bits - 1), and treats values of
/// magnitude below 2^Low as either sign.</summary>
internal readonly record struct Window(int Low, int Bits)
{
    public const int BitsMin = 16;
    public const int BitsMax = BitPlanes.WindowMax;
}

/// <summary>Sign of shared numbers (SMPC.md 6). x2 + x3 is known to P0 and P1, x0 + x1 to P2 and P3, so one binary
/// adder suffices: bit-sliced, carry by a tree. 7 exchanges for windows of 18 to 33 bits; 2k bits of input, 4 bits for
/// each first AND (either operand has two zero shares), 6 for each AND of the tree.</summary>
internal static class Comparison
{
    private static readonly int[] MixedPairs = [1, 2, 3, 4];

    /// <summary>Exclusive-or shares of the bits x[i] &lt; 0, 64 to a word.</summary>
    public static async ValueTask<ShareVector> IsNegativeAsync(
        MpcSession session, ShareVector x, Window window, CancellationToken cancellation)
    {
        using PairSum sum = PairSum.Of(session, x);
        return await IsNegativeAsync(session, sum, window, cancellation);
    }

    public static async ValueTask<ShareVector> IsNegativeAsync(
        MpcSession session, PairSum x, Window window, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window.Bits, Window.BitsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Bits, Window.BitsMin);
        int words = BitPlanes.Words(x.Length);
        using ShareVector propagate = session.NewVector(checked(words * window.Bits));
        RingBuffer own = session.Pool.Rent(propagate.Length);
        Slice(x, window, own);
        await JointSharing.RunAsync(session, own, propagate, bits: true, cancellation);
        session.Pool.Return(own);

        int carries = window.Bits - 1;
        Products first = await Products.BeginAsync(session, MixedPairs, carries * words);
        using ShareVector generate = await first.FinishAsync(
            new MixedAndTerms(propagate), bits: true, cancellation);
        using CarryTree tree = new(generate, propagate, carries, words);
        while (tree.Blocks > 1)
        {
            Products level = await Products.BeginAsync(session, tree.Gates * words);
            tree.Take(await level.FinishAsync(tree.Terms(), tree.Addend(), bits: true, cancellation));
        }

        ShareVector sign = session.NewVector(words);
        AddTop(propagate.View(carries * words, words), tree.Carry, sign);
        return sign;
    }

    /// <summary>Exclusive-or shares of the bits x[i] &gt;= 0.</summary>
    public static async ValueTask<ShareVector> IsNotNegativeAsync(
        MpcSession session, ShareVector x, Window window, CancellationToken cancellation)
    {
        using PairSum sum = PairSum.Of(session, x);
        return await IsNotNegativeAsync(session, sum, window, cancellation);
    }

    public static async ValueTask<ShareVector> IsNotNegativeAsync(
        MpcSession session, PairSum x, Window window, CancellationToken cancellation)
    {
        ShareVector bits = await IsNegativeAsync(session, x, window, cancellation);
        Local.Invert(bits);
        return bits;
    }

    private static unsafe void Slice(PairSum x, Window window, RingBuffer own) =>
        BitPlanes.Slice(x.Pointer, x.Length, window.Low, window.Bits, own.Pointer);

    private static unsafe void AddTop(ShareVector top, BlockRef carry, ShareVector sign)
    {
        foreach (int j in Local.Known(sign))
        {
            top.Plane(j).CopyTo(sign.Plane(j));
            RingWords.Accumulate(sign[j], carry[j], sign.Length, bits: true);
        }
    }
}

/// <summary>a AND b where a has only shares 2 and 3, b only shares 0 and 1, and one vector holds both: four cross
/// terms, 4 bits per AND.</summary>
internal readonly unsafe struct MixedAndTerms(ShareVector x) : IPairTerms
{
    private readonly ShareVector _x = x;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        (int i, int j) = Pairs.Complement(pair);
        RingWords.And(_x[i] + start, _x[j] + start, destination, count);
    }
}
