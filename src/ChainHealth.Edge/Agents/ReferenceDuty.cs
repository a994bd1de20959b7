using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>The pool contributor trains on records that it keeps out of the pool, like a hospital on its own, and
/// shares the mean of several updates as the reference that the directions of the others are compared with.</summary>
internal sealed partial class ReferenceDuty(EdgeContext context, int recordsMax, ulong seed) : IDuty
{
    public EdgeActivity Activity => EdgeActivity.Training;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is TrainPhase && run.Plan.PoolContributor == context.Self && run.Plan.Policy.Limits.HasReference
        && run.Current is { Reference: null };

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        RunPlan plan = run.Plan;
        TrainingOptions options = Recipes.ToOptions(plan.Recipe);
        Records pool = AnchorRecords.Join(
            ProviderPool.Of(context.Dataset, seed, Math.Min(recordsMax, RunPlan.PoolRecordsMax)).Reference,
            context.Anchors.For(plan, context.Dataset));
        GlobalModel global = await context.Models.GetAsync(context.Chain, run, cancellation);
        float[] weights = ParameterVector.FromFixedPoint(plan.Architecture, global.Weights.AsSpan(), plan.Format);
        ulong roundSeed = unchecked((seed * 1_000_003) + (ulong)run.Round);
        float[] trained = ReferenceTraining.Train(
            plan.Architecture, weights, pool, options, roundSeed, cancellation);
        ParameterVector.CheckFinite(plan.Architecture, trained);
        long[] update = ParameterVector.ToFixedPoint(plan.Architecture, trained, plan.Format);
        SharedVector shared = await ShareDelivery.DeliverAsync(
            context, state, plan, new PackageAddress(run.Id, run.Round, context.Self), update, cancellation);
        Array.Clear(update);
        await context.Chain.SubmitAsync(
            new CommitReferenceBody(run.Id, run.Round, shared.Hashes, shared.PackageBytes), cancellation);
        LogCommitted(context.Log, run.Id.Value, run.Round, pool.Count);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run} round {Round}: shared a reference update, trained on {Records} records outside the pool")]
    private static partial void LogCommitted(ILogger log, uint run, int round, int records);
}
