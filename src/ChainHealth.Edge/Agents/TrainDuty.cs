using System.Diagnostics;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Trains on the hospital's own records from the current global model and hands the update out in shares.
/// Nothing but the shares, their hashes and the sample count leaves the hospital.</summary>
internal sealed partial class TrainDuty(EdgeContext context, Records records, Attack? attack, ulong seed) : IDuty
{
    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is TrainPhase phase && run.Participants.Contains(context.Self)
        && !phase.Commitments.ContainsKey(context.Self);

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        GlobalModel global = await context.Models.GetAsync(context.Chain, run, cancellation);
        long[] update = Train(run, global, cancellation, out int samples);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        SharedVector shared = await ShareDelivery.DeliverAsync(
            context, state, run.Plan, new Client.PackageAddress(run.Id, run.Round, context.Self), update, cancellation);
        Array.Clear(update);
        await context.Chain.SubmitAsync(
            new CommitUpdateBody(run.Id, run.Round, shared.Hashes, samples, shared.PackageBytes), cancellation);
        LogCommitted(context.Log, run.Id.Value, run.Round, samples, seconds, shared.PackageBytes);
    }

    private long[] Train(RunState run, GlobalModel global, CancellationToken cancellation, out int samples)
    {
        RunPlan plan = run.Plan;
        Records own = attack is null
            ? records
            : records.WithLabels(attack.PoisonLabels(records.Labels, plan.Architecture.Classes));
        ulong roundSeed = unchecked((seed * 1_000_003) + (ulong)run.Round);
        float[] weights = ParameterVector.FromFixedPoint(plan.Architecture, global.Weights.AsSpan(), plan.Format);
        TrainingOptions options = Recipes.ToOptions(plan.Recipe);
        LocalUpdate trained = LocalTrainer.Train(
            plan.Architecture, weights, own, attack?.PoisonTraining(options) ?? options, roundSeed, null, cancellation);
        samples = trained.Samples;
        float[] update = attack?.PoisonUpdate(trained.Update, roundSeed) ?? trained.Update;
        ParameterVector.CheckFinite(plan.Architecture, update);
        return ParameterVector.ToFixedPoint(plan.Architecture, update, plan.Format);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run} round {Round}: trained on {Samples} records in {Seconds:F1} s, {Bytes} bytes of shares")]
    private static partial void LogCommitted(
        ILogger log, uint run, int round, int samples, double seconds, long bytes);
}
