namespace ChainHealth.Mpc;

/// <summary>A block of words within a shared vector.</summary>
internal readonly unsafe struct BlockRef(ShareVector vector, int offset)
{
    private readonly ShareVector _vector = vector;
    private readonly int _offset = offset;

    public ulong* this[int share] => _vector[share] + _offset;
}

/// <summary>Carry of a binary adder: neighbouring blocks (g, p) are combined level by level, g of the pair = g1 ^ (p1
/// AND g0), p = p1 AND p0, until one is left: log2 of the positions exchanges. Every level's products lie where they
/// were made; the tree only keeps where.</summary>
internal sealed class CarryTree : IDisposable
{
    private readonly int _words;
    private readonly List<ShareVector> _products = [];
    private readonly BlockRef[] _generate;
    private readonly BlockRef[] _propagate;

    /// <summary>Does not take over the vectors, which must outlive it.</summary>
    public CarryTree(ShareVector generate, ShareVector propagate, int blocks, int words)
    {
        _words = words;
        Blocks = blocks;
        _generate = new BlockRef[blocks];
        _propagate = new BlockRef[blocks];
        for (int t = 0; t < blocks; t++)
        {
            _generate[t] = new BlockRef(generate, t * words);
            _propagate[t] = new BlockRef(propagate, t * words);
        }
    }

    /// <summary>Blocks left.</summary>
    public int Blocks { get; private set; }

    /// <summary>ANDs of this level, each of a block's words: p1 AND g0 for every pair of blocks, then p1 AND p0 for
    /// every pair but the first, whose p nobody needs.</summary>
    public int Gates => (Blocks / 2 * 2) - 1;

    public BlockRef Carry => _generate[0];

    private int Half => Blocks / 2;

    public CarryTerms Terms() => new(_generate, _propagate, Half, _words);

    public CarryAddend Addend() => new(_generate, Half, _words);

    /// <summary>The products of a level, with the addend in.</summary>
    public void Take(ShareVector products)
    {
        _products.Add(products);
        int half = Half;
        for (int t = 0; t < half; t++)
        {
            _generate[t] = new BlockRef(products, t * _words);
            _propagate[t] = t == 0 ? default : new BlockRef(products, (half + t - 1) * _words);
        }

        if (Blocks % 2 == 1)
        {
            _generate[half] = _generate[Blocks - 1];
            _propagate[half] = _propagate[Blocks - 1];
        }

        Blocks -= half;
    }

    public void Dispose() => _products.ForEach(p => p.Dispose());
}

/// <summary>Summands of a level's ANDs, read from where the blocks lie.</summary>
internal readonly unsafe struct CarryTerms(BlockRef[] generate, BlockRef[] propagate, int half, int words) : IPairTerms
{
    private readonly BlockRef[] _generate = generate;
    private readonly BlockRef[] _propagate = propagate;
    private readonly int _half = half;
    private readonly int _words = words;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        (int e, int d, bool owns) = Pairs.Terms(pair);
        while (count > 0)
        {
            int gate = start / _words, offset = start % _words;
            int run = Math.Min(count, _words - offset);
            int t = gate < _half ? gate : gate - _half + 1;
            BlockRef x = _propagate[(2 * t) + 1], y = gate < _half ? _generate[2 * t] : _propagate[2 * t];
            RingWords.TwoAnds(
                x[e] + offset, x[d] + offset, y[e] + offset, y[d] + offset, owns, destination, run);
            start += run;
            count -= run;
            destination += run;
        }
    }
}

/// <summary>g1 for the gates p1 AND g0, nothing for the others.</summary>
internal readonly unsafe struct CarryAddend(BlockRef[] generate, int half, int words) : IAddend
{
    private readonly BlockRef[] _generate = generate;
    private readonly int _half = half;
    private readonly int _words = words;

    public void Write(int share, int start, int count, ulong* destination)
    {
        while (count > 0)
        {
            int gate = start / _words, offset = start % _words;
            int run = gate < _half ? Math.Min(count, _words - offset) : count;
            var target = new Span<ulong>(destination, run);
            if (gate < _half)
            {
                new Span<ulong>(_generate[(2 * gate) + 1][share] + offset, run).CopyTo(target);
            }
            else
            {
                target.Clear();
            }

            start += run;
            count -= run;
            destination += run;
        }
    }
}
