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
        _exchange = Exchange.Open(session);
        _inputs = new JointInput[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            _inputs[i] = JointInput.Add(session, _exchange, pairs[i], words);
        }
    }

    private static readonly int[] AllPairs = [0, 1, 2, 3, 4, 5];

    /// <summary>Opens the exchange of a product of <paramref name="words"/> outputs.</summary>
    public static ValueTask<Products> BeginAsync(MpcSession session, int words) =>
        BeginAsync(session, AllPairs, words);

    /// <summary>For operands of which each has two zero shares: fewer pairs have a summand.</summary>
    public static async ValueTask<Products> BeginAsync(MpcSession session, int[] pairs, int words)
    {
        var products = new Products(session, pairs, words);
        await products._exchange.PrepareAsync();
        return products;
    }

    /// <summary>x*y element by element.</summary>
    public static async ValueTask<ShareVector> MultiplyAsync(
        MpcSession session, ShareVector x, ShareVector y, CancellationToken cancellation)
    {
        Products products = await BeginAsync(session, x.Length);
        return await products.FinishAsync(new MultiplyTerms(x, y), bits: false, cancellation);
    }

    /// <summary>x AND y, bit by bit: 6 bits per AND.</summary>
    public static async ValueTask<ShareVector> AndAsync(
        MpcSession session, ShareVector x, ShareVector y, CancellationToken cancellation)
    {
        Products products = await BeginAsync(session, x.Length);
        return await products.FinishAsync(new AndTerms(x, y), bits: true, cancellation);
    }

    /// <summary>Where this party, a member of <paramref name="pair"/>, may write the pair's summand.</summary>
    public unsafe ulong* Summand(int pair) => _exchange.Values(_inputs[pair].Segment);

    public ValueTask<ShareVector> FinishAsync<T>(T terms, bool bits, CancellationToken cancellation)
        where T : struct, IPairTerms => FinishAsync(terms, default(NoAddend), bits, cancellation);

    /// <summary>The product plus a shared addend, for which no pass of its own is needed.</summary>
    /// <param name="source">Disposed when the terms are written, before the messages travel.</param>
    public async ValueTask<ShareVector> FinishAsync<T, TAddend>(
        T terms, TAddend addend, bool bits, CancellationToken cancellation, IDisposable? source = null)
        where T : struct, IPairTerms
        where TAddend : struct, IAddend
    {
        ShareVector product = _session.NewVector(_words);
        Provide(terms, addend, product, bits);
        source?.Dispose();
        await _exchange.RunAsync(cancellation);
        foreach (JointInput input in _inputs)
        {
            input.Receive(_session, _exchange, product, bits);
        }

        Dispose();
        return product;
    }

    public void Dispose() => _exchange.Dispose();

    /// <summary>Stretch by stretch for all pairs, so that the product is written to memory once.</summary>
    private unsafe void Provide<T, TAddend>(T terms, TAddend addend, ShareVector product, bool bits)
        where T : struct, IPairTerms
        where TAddend : struct, IAddend
    {
        for (int start = 0; start < _words; start += JointInput.Stretch)
        {
            int count = Math.Min(JointInput.Stretch, _words - start);
            foreach (int j in Local.Known(product))
            {
                addend.Write(j, start, count, product[j] + start);
            }

            foreach (JointInput input in _inputs)
            {
                input.Provide(_session, _exchange, terms, product, start, count, bits);
            }
        }
    }
}

/// <summary>What a product is added to.</summary>
internal unsafe interface IAddend
{
    void Write(int share, int start, int count, ulong* destination);
}

internal readonly unsafe struct NoAddend : IAddend
{
    public void Write(int share, int start, int count, ulong* destination) =>
        new Span<ulong>(destination, count).Clear();
}

internal readonly unsafe struct VectorAddend(ShareVector x) : IAddend
{
    private readonly ShareVector _x = x;

    public void Write(int share, int start, int count, ulong* destination) =>
        new Span<ulong>(_x[share] + start, count).CopyTo(new Span<ulong>(destination, count));
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
        RingWords.TwoAnds(_x[e] + start, _x[d] + start, _y[e] + start, _y[d] + start, owns, destination, count);
    }
}
