using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Walks several secret vectors of one length side by side, a stretch of parameters at a time, so that the
/// packed operands of the matrix kernel stay small.</summary>
internal sealed unsafe class VectorBlocks(MpcSession session, IReadOnlyList<ShareVector> vectors) : IDisposable
{
    /// <summary>Parameters of a stretch; two make a step, one for each operand pair of the kernel.</summary>
    public const int Inner = 1024;

    private readonly RingBuffer _rows = session.Pool.Rent(checked(4 * vectors.Count * Inner));

    public int Count => vectors.Count;

    public int Length => vectors[0].Length;

    /// <summary>Plane j of parameters [start, start + Inner), one row for each vector, zero beyond the end.</summary>
    public ulong* Rows(int j, int start)
    {
        ulong* rows = _rows.Pointer + ((long)j * Count * Inner);
        int taken = Math.Clamp(Length - start, 0, Inner);
        for (int v = 0; v < Count; v++)
        {
            var row = new Span<ulong>(rows + ((long)v * Inner), Inner);
            vectors[v].Plane(j).Slice(Math.Min(start, Length), taken).CopyTo(row);
            row[taken..].Clear();
        }

        return rows;
    }

    public void Dispose() => session.Pool.Return(_rows);
}

/// <summary>Random projections of secret vectors: sums of parameters with public signs -1 (one quarter), 0 (one half)
/// and +1, free of charge. If a parameter, read as a signed number of 64 bits, has a magnitude of 2T or more, then
/// whatever the others are a projection stays below T with probability at most one half, since its sign moves the sum
/// by that much, modulo 2^64 (Lyubashevsky, Nguyen, Seiler, "Practical lattice-based zero-knowledge proofs for integer
/// relations", CCS 2020, lemma 2.3). An honest update of norm N exceeds 5 N in a projection with probability 3e-11.
/// </summary>
internal static unsafe class RandomProjections
{
    /// <summary>An update with a large parameter passes with probability 2^-40.</summary>
    public const int Rows = 40;

    /// <param name="seed">Opened after the vectors were committed to.</param>
    /// <returns>(projection, vector).</returns>
    public static ShareVector Compute(MpcSession session, IReadOnlyList<ShareVector> vectors, Digest seed)
    {
        using var blocks = new VectorBlocks(session, vectors);
        int leftWords = RingMatrix.Best.LeftWords(Rows, VectorBlocks.Inner);
        int rightWords = RingMatrix.RightWords(VectorBlocks.Inner, blocks.Count);
        RingBuffer signs = session.Pool.Rent(Rows * VectorBlocks.Inner);
        RingBuffer left = session.Pool.Rent(2 * leftWords), right = session.Pool.Rent(2 * rightWords);
        RingBuffer sums = session.Pool.Rent(Rows * blocks.Count);
        ShareVector result = session.NewVector(Rows * blocks.Count).Clear();
        using AesCtr stream = SignStream(seed);
        for (int start = 0; start < blocks.Length; start += 2 * VectorBlocks.Inner)
        {
            for (int half = 0; half < 2; half++)
            {
                FillSigns(stream, start + (half * VectorBlocks.Inner), signs.Pointer);
                RingMatrix.Best.PackLeft(
                    signs.Pointer, null, Rows, VectorBlocks.Inner, left.Pointer + (half * leftWords));
            }

            foreach (int j in Local.Known(result))
            {
                for (int half = 0; half < 2; half++)
                {
                    RingMatrix.PackRightTransposed(blocks.Rows(j, start + (half * VectorBlocks.Inner)),
                        VectorBlocks.Inner, blocks.Count, right.Pointer + (half * rightWords));
                }

                RingMatrix.Best.Multiply(left.Pointer, right.Pointer, left.Pointer + leftWords,
                    right.Pointer + rightWords, Rows, VectorBlocks.Inner, blocks.Count, sums.Pointer);
                RingWords.Accumulate(result[j], sums.Pointer, result.Length, bits: false);
            }
        }

        Array.ForEach([signs, left, right, sums], session.Pool.Return);
        return result;
    }

    /// <summary>The public signs of one projection, for those who recompute it in the clear.</summary>
    public static int[] Signs(Digest seed, int projection, int length)
    {
        using AesCtr stream = SignStream(seed);
        var signs = new int[length];
        ulong* pair = stackalloc ulong[2];
        for (int i = 0; i < length; i++)
        {
            stream.Fill(0, 2 * i, pair, 2);
            signs[i] = (int)((pair[0] >> projection) & 1) - (int)((pair[1] >> projection) & 1);
        }

        return signs;
    }

    private static AesCtr SignStream(Digest seed)
    {
        Span<byte> key = stackalloc byte[Digest.Bytes];
        Digest.Of("projection-signs", default, seed.ToArray()).CopyTo(key);
        return new AesCtr(key);
    }

    private static void FillSigns(AesCtr stream, int start, ulong* signs)
    {
        ulong* bits = stackalloc ulong[2 * VectorBlocks.Inner];
        stream.Fill(0, 2 * start, bits, 2 * VectorBlocks.Inner);
        for (int k = 0; k < Rows; k++)
        {
            ulong* row = signs + ((long)k * VectorBlocks.Inner);
            for (int i = 0; i < VectorBlocks.Inner; i++)
            {
                row[i] = unchecked(((bits[2 * i] >> k) & 1) - ((bits[(2 * i) + 1] >> k) & 1));
            }
        }
    }
}

/// <summary>Inner products of secret vectors, exact in the ring: 6 elements each, 1 exchange, whatever the
/// length.</summary>
internal static class InnerProducts
{
    /// <returns>One for each pair of places in <paramref name="vectors"/>.</returns>
    public static async ValueTask<ShareVector> RunAsync(MpcSession session, IReadOnlyList<ShareVector> vectors,
        IReadOnlyList<(int Left, int Right)> wanted, CancellationToken cancellation)
    {
        Products products = await Products.BeginAsync(session, wanted.Count);
        Write(session, vectors, wanted, products);
        return await products.FinishAsync(default(InPlaceTerms), bits: false, cancellation);
    }

    private static unsafe void Write(MpcSession session, IReadOnlyList<ShareVector> vectors,
        IReadOnlyList<(int Left, int Right)> wanted, Products products)
    {
        using var blocks = new VectorBlocks(session, vectors);
        int count = blocks.Count;
        int leftWords = RingMatrix.Best.LeftWords(count, VectorBlocks.Inner);
        int rightWords = RingMatrix.RightWords(VectorBlocks.Inner, count);
        int[] pairs = [.. Enumerable.Range(0, Pairs.Count).Where(p => Pairs.Contains(p, session.Party))];
        RingBuffer left = session.Pool.Rent(2 * leftWords), right = session.Pool.Rent(4 * rightWords);
        RingBuffer sums = session.Pool.Rent((pairs.Length + 1) * count * count);
        ulong* step = sums.Pointer + (pairs.Length * count * count);
        sums.Words(pairs.Length * count * count).Clear();
        var rows = new ulong*[4];
        for (int start = 0; start < blocks.Length; start += VectorBlocks.Inner)
        {
            foreach (int j in Local.Known(vectors[0]))
            {
                rows[j] = blocks.Rows(j, start);
                RingMatrix.PackRightTransposed(
                    rows[j], VectorBlocks.Inner, count, right.Pointer + ((long)j * rightWords));
            }

            for (int p = 0; p < pairs.Length; p++)
            {
                (int e, int d, bool owns) = Pairs.Terms(pairs[p]);
                RingMatrix.Best.PackLeft(rows[e], owns ? rows[d] : null, count, VectorBlocks.Inner, left.Pointer);
                RingMatrix.Best.PackLeft(rows[d], null, count, VectorBlocks.Inner, left.Pointer + leftWords);
                RingMatrix.Best.Multiply(left.Pointer, right.Pointer + ((long)d * rightWords),
                    left.Pointer + leftWords, right.Pointer + ((long)e * rightWords), count, VectorBlocks.Inner, count,
                    step);
                RingWords.Accumulate(sums.Pointer + (p * count * count), step, count * count, bits: false);
            }
        }

        for (int p = 0; p < pairs.Length; p++)
        {
            ulong* summand = products.Summand(pairs[p]);
            for (int i = 0; i < wanted.Count; i++)
            {
                summand[i] = sums.Pointer[(p * count * count) + (wanted[i].Left * count) + wanted[i].Right];
            }
        }

        Array.ForEach([left, right, sums], session.Pool.Return);
    }
}
