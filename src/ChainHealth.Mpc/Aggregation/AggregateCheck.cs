using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Judges the aggregate, still in shares, on records that a coin toss picks: its accuracy must be at least
/// the global model's minus the margin. Two models, one bit opened.</summary>
internal static class AggregateCheck
{
    /// <summary>Null where there is no test or it can be computed, else the reason.</summary>
    public static string? Fault(AggregationJob job)
    {
        if (job.Test is not { } test)
        {
            return null;
        }

        if (test.Architecture.ParameterCount != job.Global.Length)
        {
            return "the model and its architecture differ in length";
        }

        if (test.DrawSize is < 1 or > CheckPolicy.DrawSizeMax || test.Pool.Count == 0 || test.Pool.Any(p =>
            p.Records < 1 || p.Shares.Length != PoolPart.LengthOf(test.Architecture, p.Records)))
        {
            return "the draw or the pool of the aggregate's test has the wrong size";
        }

        return test.Limits.Fault(job.Global.Length, test.FixedPoint) ?? Plan(job, test).Fault;
    }

    /// <summary>True where the aggregate may be opened.</summary>
    /// <param name="sum">Of updates times <see cref="AggregateModels.Scaled"/> weights; taken over.</param>
    public static async ValueTask<bool> RunAsync(MpcSession session, AggregationJob job, AggregateTest test,
        ShareVector sum, CancellationToken cancellation)
    {
        Digest seed = await CoinToss.RunAsync(session, cancellation);
        int[] indices = RecordDraw.Sample(seed, test.Pool.Sum(p => p.Records), test.DrawSize);
        using DrawnRecords records = DrawnRecords.Gather(session, test.Architecture, test.Pool, indices);
        ShareVector[] aggregate = await AggregateModels.FromSumsAsync(
            session, sum, [AggregateModels.Scaled(job.Weights).Sum()], job.Global, cancellation);
        ShareVector global = session.NewVector(job.Global.Length).Clear();
        Local.AddPublic(global, job.Global.Span);
        ShareVector[] models = [.. aggregate, global];
        Circuit circuit = Plan(job, test).Circuit!;
        using ShareVector logits = await Inference.RunAsync(
            session, circuit, models, records.Images, records.Count, cancellation);
        Array.ForEach(models, m => m.Dispose());
        int[] ends = [records.Count];
        using ShareVector counts = await CorrectAnswers.CountAsync(
            session, circuit, logits, records.Labels, models.Length, ends, cancellation);
        var conditions = new CountConditions(counts, records.Labels, ends, test.Architecture.Classes, 1);
        conditions.Add(_ => 0, _ => 1, test.Limits.AggregateMarginPerMille, 0, CountConditions.AllClasses);
        using ShareVector verdict = await conditions.DecideAsync(session, cancellation);
        ulong[] opened = await Opening.OpenByMajorityAsync(
            session, verdict, bits: true, "verdict on the aggregate", cancellation);
        return (opened[0] & 1) == 1;
    }

    private static (Circuit? Circuit, string? Fault) Plan(AggregationJob job, AggregateTest test)
    {
        double norm = test.Limits.UpdateNorm(job.Global.Length, test.FixedPoint);
        Circuit? circuit = Circuit.TryPlan(
            test.Architecture, test.FixedPoint, job.Global.Span, out string? fault, norm);
        return (circuit, fault);
    }
}
