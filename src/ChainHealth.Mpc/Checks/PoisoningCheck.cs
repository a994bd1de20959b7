using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>All checks of round.md on all updates at once, on secret records that a coin toss picks after the updates
/// are committed. Opened: the seed of the draw, and one bit for each hospital.</summary>
public static class PoisoningCheck
{
    public const int HospitalsMax = 64;

    /// <summary>Null where the job can be computed, else the reason.</summary>
    public static string? Fault(CheckJob job)
    {
        int parameters = job.Architecture.ParameterCount;
        if (job.Updates.Count is < 1 or > HospitalsMax)
        {
            return $"{job.Updates.Count} updates, 1 to {HospitalsMax} allowed";
        }

        if (job.Global.Length != parameters || job.Updates.Any(u => u.Length != parameters)
            || job.Reference is { } reference && reference.Length != parameters
            || job.Previous is { } previous && previous.Length != parameters)
        {
            return $"a model or an update has not {parameters} parameters";
        }

        if (job.Pool.Count == 0 || job.Pool.Any(p => p.Records < 1
            || p.Shares.Length != PoolPart.LengthOf(job.Architecture, p.Records)))
        {
            return "the pool is empty, or a part of it has the wrong length";
        }

        return OrderFault(job) ?? job.Policy.Fault() ?? job.Policy.Limits.Fault(parameters, job.FixedPoint)
            ?? PlanFault(job);
    }

    /// <summary>All four parties call it with the same public arguments and their own shares.</summary>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    /// <exception cref="MpcAbortException">A party deviated, or is silent.</exception>
    public static async ValueTask<CheckResult> RunAsync(
        MpcSession session, CheckJob job, CancellationToken cancellation)
    {
        if (Fault(job) is { } fault)
        {
            throw new ArgumentException(fault, nameof(job));
        }

        MpcStatistics before = session.Statistics;
        Digest seed = await CoinToss.RunAsync(session, cancellation);
        var run = new CheckRun(session, job, seed);
        (ShareVector verdicts, byte[][] reasons) = await run.JudgeAsync(cancellation);
        ulong[] opened = await Opening.OpenByMajorityAsync(session, verdicts, bits: true, "verdicts", cancellation);
        verdicts.Dispose();
        bool[] accepted = [.. Enumerable.Range(0, job.Updates.Count).Select(h => BitBlocks.Bit(opened, h) == 1)];
        return new CheckResult(
            accepted, seed, Transcript(session, job, seed, accepted), session.Statistics - before, reasons);
    }

    private static string? OrderFault(CheckJob job)
    {
        int count = job.Updates.Count;
        return job.CommitOrder is { } order && !order.Order().SequenceEqual(Enumerable.Range(0, count))
            ? "the order of commitments is no permutation"
            : job.Weights is { } weights && (weights.Count != count
                || weights.Any(w => w is < 1 or > SecureAggregation.WeightMax))
                ? $"each update needs a weight of 1 to {SecureAggregation.WeightMax}" : null;
    }

    private static string? PlanFault(CheckJob job)
    {
        Circuit.TryPlan(job.Architecture, job.FixedPoint, job.Global.Span, out string? fault, job.UpdateNorm);
        return fault;
    }

    private static Digest Transcript(MpcSession session, CheckJob job, Digest seed, bool[] accepted)
    {
        CanonicalWriter writer = new CanonicalWriter().Digest(session.Id).Digest(job.Context)
            .Digest(job.Architecture.Hash).Digest(seed).List(accepted, (w, bit) => w.Bool(bit));
        return Digest.Of("check-transcript", default, writer.Written);
    }
}
