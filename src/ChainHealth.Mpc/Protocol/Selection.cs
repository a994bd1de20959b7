namespace ChainHealth.Mpc;

/// <summary>Products of a shared bit and a shared number (SMPC.md 7). With u = s2^s3, al = d2+d3 known to {0,1} and
/// w = s0^s1, be = d0+d1 known to {2,3}: s*d = u*al + w*be + u(1-2w)be + w(1-2u)al. Four joint inputs, then six
/// summands: 10 elements, 2 exchanges; with truncation 12 elements, 3.</summary>
internal sealed class Selection : IDisposable
{
    private readonly MpcSession _session;
    private readonly RingBuffer _bit;
    private readonly RingBuffer _sum;
    private readonly ShareVector _turners;
    private readonly ShareVector _turned;

    private Selection(MpcSession session, int length)
    {
        _session = session;
        Length = length;
        _bit = session.Pool.Rent(length);
        _sum = session.Pool.Rent(length);
        _turners = session.NewVector(length);
        _turned = session.NewVector(length);
    }

    public int Length { get; }

    /// <summary>The first exchange: 4 elements.</summary>
    /// <param name="bits">Exclusive-or shares, 64 to a word.</param>
    public static async ValueTask<Selection> BeginAsync(
        MpcSession session, ShareVector bits, ShareVector numbers, CancellationToken cancellation)
    {
        var selection = new Selection(session, numbers.Length);
        RingBuffer turned = session.Pool.Rent(numbers.Length);
        selection.PrepareOwn(bits, numbers, turned);
        await JointSharing.RunAsync(session, [selection._bit, turned], [selection._turners, selection._turned],
            bits: false, cancellation);
        session.Pool.Return(turned);
        return selection;
    }

    /// <summary>bit * number.</summary>
    public static ValueTask<ShareVector> RunAsync(
        MpcSession session, ShareVector bits, ShareVector numbers, CancellationToken cancellation) =>
        RunAsync(session, bits, numbers, default(NoAddend), cancellation);

    /// <summary>bit * number + addend.</summary>
    public static async ValueTask<ShareVector> RunAsync<T>(
        MpcSession session, ShareVector bits, ShareVector numbers, T addend, CancellationToken cancellation)
        where T : struct, IAddend
    {
        using Selection selection = await BeginAsync(session, bits, numbers, cancellation);
        Products products = await Products.BeginAsync(session, numbers.Length);
        return await products.FinishAsync(selection.Terms(), addend, bits: false, cancellation);
    }

    /// <summary>bit * number, dropping <paramref name="by"/> low bits.</summary>
    public static async ValueTask<ShareVector> RunTruncatedAsync(
        MpcSession session, ShareVector bits, ShareVector numbers, int by, CancellationToken cancellation)
    {
        using Selection selection = await BeginAsync(session, bits, numbers, cancellation);
        return await Truncation.RunAsync(session, selection.Terms(), numbers.Length, by, cancellation);
    }

    public unsafe SelectionTerms Terms() => new(_bit.Pointer, _sum.Pointer, _turners, _turned);

    public void Dispose()
    {
        _session.Pool.Return(_bit);
        _session.Pool.Return(_sum);
        _turners.Dispose();
        _turned.Dispose();
    }

    private unsafe void PrepareOwn(ShareVector bits, ShareVector numbers, RingBuffer turned)
    {
        (int i, int j) = _session.Party < 2 ? (2, 3) : (0, 1);
        RingBuffer own = _session.Pool.Rent(bits.Length);
        bits.Plane(i).CopyTo(own.Words(bits.Length));
        RingWords.Accumulate(own.Pointer, bits[j], bits.Length, bits: true);
        BitPlanes.Expand(own.Pointer, _bit.Pointer, Length);
        _session.Pool.Return(own);
        RingWords.Sum(numbers[i], numbers[j], _sum.Pointer, Length);
        RingWords.Turn(_bit.Pointer, _sum.Pointer, turned.Pointer, Length);
    }
}

internal readonly unsafe struct SelectionTerms(ulong* bit, ulong* sum, ShareVector turners, ShareVector turned)
    : IPairTerms
{
    private readonly ulong* _bit = bit;
    private readonly ulong* _sum = sum;
    private readonly ShareVector _turners = turners;
    private readonly ShareVector _turned = turned;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        if (pair is 0 or 5)
        {
            RingWords.Gate(_bit + start, _sum + start, destination, count);
            return;
        }

        (int i, int j) = Pairs.Complement(pair);
        RingWords.TwoProducts(_turners[i] + start, _turned[j] + start, _turners[j] + start, _turned[i] + start,
            destination, count);
    }
}
