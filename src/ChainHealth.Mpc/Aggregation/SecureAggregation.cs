using System.Runtime.InteropServices;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Opens the weighted sum of at least three updates and applies its mean to the global model, in integers: 1
/// exchange, 4 elements for each parameter. Where the job has a test, the aggregate must pass it first.</summary>
public static class SecureAggregation
{
    /// <summary>Fewer would let a sum tell too much about one of them.</summary>
    public const int UpdatesMin = 3;
    public const int UpdatesMax = 256;

    /// <summary>Highest weight of one update; the sum of all weighted parameters then stays far from 2^63.</summary>
    public const int WeightMax = 1_000_000;

    /// <summary>Null where the job can be computed, else the reason.</summary>
    public static string? Fault(AggregationJob job) =>
        job.Updates.Count is < UpdatesMin or > UpdatesMax
            ? $"{job.Updates.Count} updates, {UpdatesMin} to {UpdatesMax} allowed"
        : job.Weights.Count != job.Updates.Count || job.Weights.Any(w => w is < 1 or > WeightMax)
            ? $"each update needs a weight of 1 to {WeightMax}"
        : job.Updates.Any(u => u.Length != job.Global.Length) ? "an update and the model differ in length"
        : AggregateCheck.Fault(job);

    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    /// <exception cref="MpcAbortException">The sender of an opening lied, or is silent.</exception>
    public static async ValueTask<AggregationResult> RunAsync(
        MpcSession session, AggregationJob job, CancellationToken cancellation)
    {
        if (Fault(job) is { } fault)
        {
            throw new ArgumentException(fault, nameof(job));
        }

        MpcStatistics before = session.Statistics;
        if (job.Test is { } test)
        {
            ShareVector scaled = WeightedSum(session, job, AggregateModels.Scaled(job.Weights));
            if (!await AggregateCheck.RunAsync(session, job, test, scaled, cancellation))
            {
                return new AggregationResult(null, Transcript(session, job, []), session.Statistics - before);
            }
        }

        using ShareVector sum = WeightedSum(session, job, job.Weights);
        ulong[] opened = await Opening.OpenAsync(session, sum, "weighted sum of accepted updates", cancellation);
        long[] model = Apply(job.Global.Span, opened, job.Weights.Sum(w => (long)w));
        return new AggregationResult(model, Transcript(session, job, opened), session.Statistics - before);
    }

    private static ShareVector WeightedSum(MpcSession session, AggregationJob job, IReadOnlyList<int> weights)
    {
        ShareVector sum = session.NewVector(job.Global.Length).Clear();
        for (int h = 0; h < weights.Count; h++)
        {
            Local.AccumulateScaled(sum, job.Updates[h], weights[h]);
        }

        return sum;
    }

    private static Digest Transcript(MpcSession session, AggregationJob job, ulong[] opened) => Digest.Of(
        "aggregation-transcript", default, new CanonicalWriter().Digest(session.Id).Digest(job.Context)
            .Digest(Digest.Sha256(MemoryMarshal.AsBytes(opened.AsSpan()))).Written);

    /// <summary>global + RoundedDiv(sum, total weight), modulo 2^64: the same bytes wherever it is computed.</summary>
    public static long[] Apply(ReadOnlySpan<long> global, ReadOnlySpan<ulong> sum, long totalWeight)
    {
        var model = new long[global.Length];
        for (int i = 0; i < model.Length; i++)
        {
            model[i] = unchecked(global[i] + RoundedDiv((long)sum[i], totalWeight));
        }

        return model;
    }

    /// <summary>To the nearest integer, halves away from zero. The divisor is positive.</summary>
    public static long RoundedDiv(long dividend, long divisor)
    {
        (long quotient, long rest) = Math.DivRem(dividend, divisor);
        ulong magnitude = (ulong)(rest < 0 ? -rest : rest);
        return magnitude * 2 >= (ulong)divisor ? quotient + Math.Sign(rest) : quotient;
    }
}
