namespace ChainHealth.Mpc;

/// <summary>Counts, in shares, how often several models answer each class (SMPC.md 9). A class is a model's answer
/// where its logit is at least every other logit; ties count, and so may logits that fall behind by less than 2^-f.
/// All comparisons at once, an AND tree, then a fused product of each bit with a shared weight, summed before it is
/// sent.</summary>
internal static class CorrectAnswers
{
    /// <returns>Weighted counts (model, class, segment of images).</returns>
    /// <param name="logits">(model, image, class), wide.</param>
    /// <param name="weights">(image, class): what an answer with the class counts, 0 or 1. The labels count correct
    /// answers, 1 - label false ones.</param>
    /// <param name="ends">Where each segment ends.</param>
    public static async ValueTask<ShareVector> CountAsync(MpcSession session, Circuit circuit, ShareVector logits,
        ShareVector weights, int models, int[] ends, CancellationToken cancellation)
    {
        int classes = circuit.Architecture.Classes, images = ends[^1];
        int answers = checked(models * classes * images);
        int block = BitPlanes.Words(answers) * BitPlanes.WordBits;
        ShareVector bits;
        using (ShareVector leads = Leads(session, logits, models, images, classes, block))
        {
            Local.AddConstant(leads, 1UL << circuit.LogitWindow.Low);
            bits = await Comparison.IsNotNegativeAsync(session, leads, circuit.LogitWindow, cancellation);
        }

        bits = await AndTree.RunAsync(session, bits, block / BitPlanes.WordBits, cancellation);
        using (bits)
        {
            PairSum repeated;
            using (ShareVector all = RepeatWeights(session, weights, models, images, classes))
            {
                repeated = PairSum.Of(session, all);
            }

            using Selection selection = await Selection.BeginAsync(session, bits, repeated, cancellation);
            Products products = await Products.BeginAsync(session, models * classes * ends.Length);
            return await products.FinishAsync(
                new SegmentTerms<SelectionTerms>(selection.Terms(), ends), bits: false, cancellation);
        }
    }

    /// <summary>Logit k minus another logit: (the other, padded (model, k, image)).</summary>
    private static ShareVector Leads(
        MpcSession session, ShareVector logits, int models, int images, int classes, int block)
    {
        ShareVector leads = session.NewVector(checked(block * (classes - 1))).Clear();
        foreach (int j in Local.Known(logits))
        {
            Span<ulong> l = logits.Plane(j), target = leads.Plane(j);
            for (int step = 1; step < classes; step++)
            {
                int at = (step - 1) * block;
                for (int m = 0; m < models; m++)
                {
                    for (int k = 0; k < classes; k++)
                    {
                        for (int n = 0; n < images; n++)
                        {
                            int row = ((m * images) + n) * classes;
                            target[at++] = unchecked(l[row + k] - l[row + ((k + step) % classes)]);
                        }
                    }
                }
            }
        }

        return leads;
    }

    private static ShareVector RepeatWeights(
        MpcSession session, ShareVector weights, int models, int images, int classes)
    {
        ShareVector repeated = session.NewVector(checked(models * classes * images));
        foreach (int j in Local.Known(weights))
        {
            Span<ulong> source = weights.Plane(j), target = repeated.Plane(j);
            for (int k = 0; k < classes; k++)
            {
                for (int n = 0; n < images; n++)
                {
                    target[(k * images) + n] = source[(n * classes) + k];
                }
            }

            for (int m = 1; m < models; m++)
            {
                target[..(classes * images)].CopyTo(target[(m * classes * images)..]);
            }
        }

        return repeated;
    }
}

/// <summary>Sums of runs of <paramref name="run"/> summands: a sum costs as much as one product.</summary>
internal readonly unsafe struct SumTerms<T>(T inner, int run) : IPairTerms
    where T : struct, IPairTerms
{
    private readonly T _inner = inner;
    private readonly int _run = run;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        for (int i = 0; i < count; i++)
        {
            destination[i] = RunSum.Of(_inner, pair, checked((start + i) * _run), _run);
        }
    }
}

/// <summary>The same with runs of several lengths, over and over: each row of summands is cut at the
/// <paramref name="ends"/>.</summary>
internal readonly unsafe struct SegmentTerms<T>(T inner, int[] ends) : IPairTerms
    where T : struct, IPairTerms
{
    private readonly T _inner = inner;
    private readonly int[] _ends = ends;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        for (int i = 0; i < count; i++)
        {
            (int row, int segment) = ((start + i) / _ends.Length, (start + i) % _ends.Length);
            int from = segment == 0 ? 0 : _ends[segment - 1];
            destination[i] = RunSum.Of(_inner, pair, checked((row * _ends[^1]) + from), _ends[segment] - from);
        }
    }
}

internal static unsafe class RunSum
{
    public static ulong Of<T>(T terms, int pair, int start, int run)
        where T : struct, IPairTerms
    {
        ulong* values = stackalloc ulong[JointInput.Stretch];
        ulong sum = 0;
        for (int done = 0; done < run; done += JointInput.Stretch)
        {
            int taken = Math.Min(JointInput.Stretch, run - done);
            terms.Write(pair, start + done, taken, values);
            for (int t = 0; t < taken; t++)
            {
                sum = unchecked(sum + values[t]);
            }
        }

        return sum;
    }
}
