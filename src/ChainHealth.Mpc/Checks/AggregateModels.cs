namespace ChainHealth.Mpc;

/// <summary>Models made of public integer weights and secret updates: global + sum of w_h u_h / sum of w_h, in shares.
/// Weights are first brought to a sum of about 4096, then the sum is multiplied by a rounded reciprocal and shortened
/// by 20 bits, so that no product leaves the ring.</summary>
public static class AggregateModels
{
    public const int WeightSum = 4096;
    public const int ReciprocalBits = 20;

    /// <summary>Weights relative to their sum, in units of 1/4096, at least 1.</summary>
    public static int[] Scaled(IReadOnlyList<int> weights)
    {
        long total = weights.Sum(w => (long)w);
        return [.. weights.Select(w => (int)Math.Max(1, SecureAggregation.RoundedDiv((long)w * WeightSum, total)))];
    }

    /// <summary>2^20 / weight, rounded.</summary>
    public static long Reciprocal(int weight) => SecureAggregation.RoundedDiv(1L << ReciprocalBits, weight);

    /// <summary>global + mean of all updates, then global + mean without each of them.</summary>
    /// <param name="updates">One after another.</param>
    internal static ValueTask<ShareVector[]> WithoutEachAsync(MpcSession session, ShareVector updates,
        IReadOnlyList<int> weights, ReadOnlyMemory<long> global, CancellationToken cancellation)
    {
        int[] scaled = Scaled(weights);
        int total = scaled.Sum(), parameters = global.Length;
        ShareVector sums = session.NewVector(checked((1 + scaled.Length) * parameters)).Clear();
        foreach (int j in Local.Known(sums))
        {
            Span<ulong> plane = sums.Plane(j), all = plane[..parameters];
            for (int h = 0; h < scaled.Length; h++)
            {
                AddScaled(all, updates.Plane(j).Slice(h * parameters, parameters), scaled[h]);
            }

            for (int h = 0; h < scaled.Length; h++)
            {
                Span<ulong> rest = plane.Slice((1 + h) * parameters, parameters);
                all.CopyTo(rest);
                AddScaled(rest, updates.Plane(j).Slice(h * parameters, parameters), -scaled[h]);
            }
        }

        return FromSumsAsync(session, sums, [total, .. scaled.Select(w => total - w)], global, cancellation);
    }

    /// <summary>global + sum / weight for each sum of scaled updates; 2 exchanges. Takes over (disposes) the sums.
    /// </summary>
    /// <param name="sums">One after another.</param>
    /// <param name="totals">The scaled weights in each sum, added up.</param>
    internal static async ValueTask<ShareVector[]> FromSumsAsync(MpcSession session, ShareVector sums, int[] totals,
        ReadOnlyMemory<long> global, CancellationToken cancellation)
    {
        int parameters = global.Length;
        foreach (int j in Local.Known(sums))
        {
            for (int m = 0; m < totals.Length; m++)
            {
                Scale(sums.Plane(j).Slice(m * parameters, parameters), Reciprocal(totals[m]));
            }
        }

        using ShareVector means = await Truncation.RunAsync(session, sums, ReciprocalBits, cancellation);
        sums.Dispose();
        ShareVector[] result =
            [.. totals.Select((_, m) => Local.Copy(session, means, m * parameters, parameters))];
        Array.ForEach(result, m => Local.AddPublic(m, global.Span));
        return result;
    }

    private static void AddScaled(Span<ulong> target, ReadOnlySpan<ulong> source, long factor)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = unchecked(target[i] + (source[i] * (ulong)factor));
        }
    }

    private static void Scale(Span<ulong> target, long factor)
    {
        foreach (ref ulong word in target)
        {
            word = unchecked(word * (ulong)factor);
        }
    }
}
