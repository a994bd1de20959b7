using System.Runtime.Intrinsics;

namespace ChainHealth.Mpc;

/// <summary>Products of shared vectors: six joint inputs of the pairs' summands, whatever the inner length. 6 elements
/// per output, 1 exchange (SMPC.md 4).</summary>
internal sealed class Products : IDisposable
{
    private readonly MpcSession _session;
    private readonly Exchange _exchange;
    private readonly JointInput[] _inputs;
    private readonly int _words;

    private Products(MpcSession session, int[] pairs, int words)
    {
        _session = session;
        _words = words;
        _exchange = new Exchange(session);
        _inputs = [.. pairs.Select(pair => JointInput.Add(session, _exchange, pair, words))];
        _exchange.Prepare();
    }

    private static readonly int[] AllPairs = [0, 1, 2, 3, 4, 5];

    /// <summary>Opens the exchange of a product of <paramref name="words"/> outputs.</summary>
    public static Products Begin(MpcSession session, int words) => new(session, AllPairs, words);

    /// <summary>For operands of which each has two zero shares: fewer pairs have a summand.</summary>
    public static Products Begin(MpcSession session, int[] pairs, int words) => new(session, pairs, words);

    /// <summary>x*y element by element.</summary>
    public static ValueTask<ShareVector> MultiplyAsync(
        MpcSession session, ShareVector x, ShareVector y, CancellationToken cancellation) =>
        Begin(session, x.Length).FinishAsync(new MultiplyTerms(x, y), bits: false, cancellation);

    /// <summary>x AND y, bit by bit: 6 bits per AND.</summary>
    public static ValueTask<ShareVector> AndAsync(
        MpcSession session, ShareVector x, ShareVector y, CancellationToken cancellation) =>
        Begin(session, x.Length).FinishAsync(new AndTerms(x, y), bits: true, cancellation);

    /// <summary>Where this party, a member of <paramref name="pair"/>, may write the pair's summand.</summary>
    public unsafe ulong* Summand(int pair) => _exchange.Values(_inputs[pair].Segment);

    public async ValueTask<ShareVector> FinishAsync<T>(T terms, bool bits, CancellationToken cancellation)
        where T : struct, IPairTerms
    {
        ShareVector product = _session.NewVector(_words).Clear();
        foreach (JointInput input in _inputs)
        {
            input.Provide(_session, _exchange, terms, product, bits);
        }

        await _exchange.RunAsync(cancellation);
        foreach (JointInput input in _inputs)
        {
            input.Receive(_session, _exchange, product, bits);
        }

        Dispose();
        return product;
    }

    public void Dispose() => _exchange.Dispose();
}

internal readonly unsafe struct MultiplyTerms(ShareVector x, ShareVector y) : IPairTerms
{
    private readonly ShareVector _x = x;
    private readonly ShareVector _y = y;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        (int e, int d, bool owns) = Pairs.Terms(pair);
        RingWords.TwoProducts(_x[e] + start, _y[d] + start, _x[d] + start, _y[e] + start, destination, count);
        for (int i = 0; owns && i < count; i++)
        {
            destination[i] = unchecked(destination[i] + (_x[d][start + i] * _y[d][start + i]));
        }
    }
}

internal readonly unsafe struct AndTerms(ShareVector x, ShareVector y) : IPairTerms
{
    private readonly ShareVector _x = x;
    private readonly ShareVector _y = y;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        (int e, int d, bool owns) = Pairs.Terms(pair);
        ulong* xe = _x[e] + start, xd = _x[d] + start, ye = _y[e] + start, yd = _y[d] + start;
        Vector256<ulong> own = owns ? Vector256<ulong>.AllBitsSet : Vector256<ulong>.Zero;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            Vector256<ulong> a = Vector256.Load(xd + i), b = Vector256.Load(yd + i);
            Vector256<ulong> left = Vector256.Load(xe + i) ^ (a & own);
            ((left & b) ^ (a & Vector256.Load(ye + i))).Store(destination + i);
        }

        for (; i < count; i++)
        {
            ulong left = owns ? xe[i] ^ xd[i] : xe[i];
            destination[i] = (left & yd[i]) ^ (xd[i] & ye[i]);
        }
    }
}
