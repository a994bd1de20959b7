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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window.Bits, Window.BitsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Bits, Window.BitsMin);
        int words = BitPlanes.Words(x.Length);
        ShareVector propagate = session.NewVector(checked(words * window.Bits)).Clear();
        RingBuffer own = session.Pool.Rent(propagate.Length);
        Slice(session, x, window, own);
        await JointSharing.RunAsync(session, own, propagate, bits: true, cancellation);
        session.Pool.Return(own);

        int carries = window.Bits - 1;
        ShareVector generate = await Products.Begin(session, MixedPairs, carries * words)
            .FinishAsync(new MixedAndTerms(propagate), bits: true, cancellation);
        ShareVector carry = await CarryAsync(session, generate, propagate, carries, words, cancellation);
        ShareVector sign = session.NewVector(words);
        AddTop(propagate, carries * words, carry, sign);
        propagate.Dispose();
        carry.Dispose();
        return sign;
    }

    /// <summary>Exclusive-or shares of the bits x[i] &gt;= 0.</summary>
    public static async ValueTask<ShareVector> IsNotNegativeAsync(
        MpcSession session, ShareVector x, Window window, CancellationToken cancellation)
    {
        ShareVector bits = await IsNegativeAsync(session, x, window, cancellation);
        Local.Invert(bits);
        return bits;
    }

    /// <summary>Combines neighbouring blocks (g, p) level by level until one is left: log2 of the positions exchanges.
    /// </summary>
    private static async ValueTask<ShareVector> CarryAsync(MpcSession session, ShareVector generate,
        ShareVector propagate, int blocks, int words, CancellationToken cancellation)
    {
        ShareVector p = propagate;
        while (blocks > 1)
        {
            int half = blocks / 2;
            int gates = (2 * half) - 1;
            ShareVector left = session.NewVector(gates * words);
            ShareVector right = session.NewVector(gates * words);
            GatherGates(generate, p, half, words, left, right);
            ShareVector and = await Products.AndAsync(session, left, right, cancellation);
            int next = blocks - half;
            ShareVector nextG = session.NewVector(next * words);
            ShareVector nextP = session.NewVector(next * words);
            Merge(generate, p, and, blocks, words, nextG, nextP);
            ShareVector[] done = p == propagate ? [left, right, and, generate] : [left, right, and, generate, p];
            Array.ForEach(done, v => v.Dispose());
            (generate, p, blocks) = (nextG, nextP, next);
        }

        if (p != propagate)
        {
            p.Dispose();
        }

        return generate;
    }

    private static unsafe void Slice(MpcSession session, ShareVector x, Window window, RingBuffer own)
    {
        (int i, int j) = session.Party < 2 ? (2, 3) : (0, 1);
        BitPlanes.SliceSum(x[i], x[j], x.Length, window.Low, window.Bits, own.Pointer);
    }

    /// <summary>Gates: p[2t+1] AND g[2t] for every t, then p[2t+1] AND p[2t] for t above 0 (block 0 needs no p).
    /// </summary>
    private static void GatherGates(
        ShareVector g, ShareVector p, int half, int words, ShareVector left, ShareVector right)
    {
        foreach (int j in Local.Known(g))
        {
            Span<ulong> pj = p.Plane(j), gj = g.Plane(j), l = left.Plane(j), r = right.Plane(j);
            for (int t = 0; t < half; t++)
            {
                Span<ulong> odd = pj.Slice(((2 * t) + 1) * words, words);
                odd.CopyTo(l[(t * words)..]);
                gj.Slice(2 * t * words, words).CopyTo(r[(t * words)..]);
                if (t > 0)
                {
                    odd.CopyTo(l[((half + t - 1) * words)..]);
                    pj.Slice(2 * t * words, words).CopyTo(r[((half + t - 1) * words)..]);
                }
            }
        }
    }

    private static void Merge(ShareVector g, ShareVector p, ShareVector and, int blocks, int words,
        ShareVector nextG, ShareVector nextP)
    {
        int half = blocks / 2;
        foreach (int j in Local.Known(g))
        {
            Span<ulong> gj = g.Plane(j), pj = p.Plane(j), andj = and.Plane(j), ng = nextG.Plane(j), np = nextP.Plane(j);
            np[..words].Clear();
            for (int t = 0; t < half; t++)
            {
                for (int w = 0; w < words; w++)
                {
                    ng[(t * words) + w] = gj[(((2 * t) + 1) * words) + w] ^ andj[(t * words) + w];
                }

                if (t > 0)
                {
                    andj.Slice((half + t - 1) * words, words).CopyTo(np[(t * words)..]);
                }
            }

            if (blocks % 2 == 1)
            {
                gj.Slice((blocks - 1) * words, words).CopyTo(ng[(half * words)..]);
                pj.Slice((blocks - 1) * words, words).CopyTo(np[(half * words)..]);
            }
        }
    }

    private static void AddTop(ShareVector propagate, int offset, ShareVector carry, ShareVector sign)
    {
        foreach (int j in Local.Known(sign))
        {
            Span<ulong> top = propagate.Plane(j)[offset..], c = carry.Plane(j), s = sign.Plane(j);
            for (int w = 0; w < s.Length; w++)
            {
                s[w] = top[w] ^ c[w];
            }
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
        ulong* a = _x[i] + start;
        ulong* b = _x[j] + start;
        for (int w = 0; w < count; w++)
        {
            destination[w] = a[w] & b[w];
        }
    }
}
