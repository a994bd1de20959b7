namespace ChainHealth.Mpc;

/// <summary>Compares the shared counts with the public policy, without division: 1000 * count - 1000 * (count of the
/// global model) + margin * size is not negative, 1000 * count - floor * size is not negative, overall (size = records,
/// public) and for each class (size = its records, shared; an empty class passes). One bit for each model.</summary>
internal static class Thresholds
{
    private const ulong PerMille = 1000;

    // |x| is at most 1000 * 4096 * 2 + 1000 * 4096, below 2^31.
    private static readonly Window CountWindow = new(0, 32);

    /// <param name="counts">(model, class); the last model is the current global one.</param>
    /// <param name="labels">(image, class), 0 or 1.</param>
    public static async ValueTask<ShareVector> JudgeAsync(MpcSession session, ShareVector counts, ShareVector labels,
        int images, CheckPolicy policy, CancellationToken cancellation)
    {
        int classes = labels.Length / images;
        int models = (counts.Length / classes) - 1;
        int words = BitPlanes.Words(models);
        ShareVector bits;
        using (ShareVector conditions = Conditions(session, counts, labels, images, policy, models, words))
        {
            bits = await Comparison.IsNotNegativeAsync(session, conditions, CountWindow, cancellation);
        }

        return await AndTree.RunAsync(session, bits, words, cancellation);
    }

    /// <summary>(condition, model padded to whole words).</summary>
    private static ShareVector Conditions(MpcSession session, ShareVector counts, ShareVector labels, int images,
        CheckPolicy policy, int models, int words)
    {
        int classes = labels.Length / images;
        int block = words * BitPlanes.WordBits;
        ShareVector conditions = session.NewVector(checked(2 * (classes + 1) * block)).Clear();
        foreach (int j in Local.Known(counts))
        {
            // The number of records is public: it stands in share 0.
            ulong records = j == 0 ? (ulong)images : 0;
            Span<ulong> c = counts.Plane(j), target = conditions.Plane(j);
            ulong[] sizes = Sizes(labels.Plane(j), classes);
            ReadOnlySpan<ulong> global = c.Slice(models * classes, classes);
            for (int h = 0; h < models; h++)
            {
                ReadOnlySpan<ulong> own = c.Slice(h * classes, classes);
                Write(target, 0, h, block, Total(own), Total(global), records,
                    policy.AccuracyMarginPerMille, policy.AccuracyFloorPerMille);
                for (int k = 0; k < classes; k++)
                {
                    Write(target, k + 1, h, block, own[k], global[k], sizes[k],
                        policy.RecallMarginPerMille, policy.RecallFloorPerMille);
                }
            }
        }

        return conditions;
    }

    private static void Write(Span<ulong> target, int subject, int model, int block, ulong own, ulong global,
        ulong size, int margin, int floor)
    {
        unchecked
        {
            target[(2 * subject * block) + model] = (PerMille * (own - global)) + ((ulong)margin * size);
            target[(((2 * subject) + 1) * block) + model] = (PerMille * own) - ((ulong)floor * size);
        }
    }

    private static ulong Total(ReadOnlySpan<ulong> counts)
    {
        ulong total = 0;
        foreach (ulong count in counts)
        {
            total = unchecked(total + count);
        }

        return total;
    }

    private static ulong[] Sizes(ReadOnlySpan<ulong> labels, int classes)
    {
        var sizes = new ulong[classes];
        for (int i = 0; i < labels.Length; i++)
        {
            sizes[i % classes] = unchecked(sizes[i % classes] + labels[i]);
        }

        return sizes;
    }
}
