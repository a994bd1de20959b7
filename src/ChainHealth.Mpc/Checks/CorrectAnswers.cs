namespace ChainHealth.Mpc;

/// <summary>Counts, in shares, the correct answers of several models by true class (SMPC.md 9). A record of class k is
/// answered correctly where its logit k is at least every other logit; ties count as correct, and so may logits that
/// fall behind by less than 2^-f. All comparisons at once, an AND tree, then a fused product of each bit with the
/// shared label, summed before it is sent.</summary>
internal static class CorrectAnswers
{
    /// <returns>Counts (model, class).</returns>
    /// <param name="logits">(model, image, class), wide.</param>
    /// <param name="labels">(image, class), 0 or 1.</param>
    public static async ValueTask<ShareVector> CountAsync(MpcSession session, Circuit circuit, ShareVector logits,
        ShareVector labels, int models, int images, CancellationToken cancellation)
    {
        int classes = circuit.Architecture.Classes;
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
            using ShareVector repeated = RepeatLabels(session, labels, models, images, classes);
            using Selection selection = await Selection.BeginAsync(session, bits, repeated, cancellation);
            return await Products.Begin(session, models * classes).FinishAsync(
                new SumTerms<SelectionTerms>(selection.Terms(), images), bits: false, cancellation);
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

    private static ShareVector RepeatLabels(
        MpcSession session, ShareVector labels, int models, int images, int classes)
    {
        ShareVector repeated = session.NewVector(checked(models * classes * images));
        foreach (int j in Local.Known(labels))
        {
            Span<ulong> source = labels.Plane(j), target = repeated.Plane(j);
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
        ulong* terms = stackalloc ulong[JointInput.Stretch];
        for (int i = 0; i < count; i++)
        {
            ulong sum = 0;
            for (int done = 0; done < _run; done += JointInput.Stretch)
            {
                int taken = Math.Min(JointInput.Stretch, _run - done);
                _inner.Write(pair, checked(((start + i) * _run) + done), taken, terms);
                for (int t = 0; t < taken; t++)
                {
                    sum = unchecked(sum + terms[t]);
                }
            }

            destination[i] = sum;
        }
    }
}
