using System.Diagnostics;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Trains on the hospital's own records from the current global model and hands the update out in shares.
/// Nothing but the shares, their hashes and the sample count leaves the hospital.</summary>
/// <param name="demonstration">Seed from which each hospital's own follows.</param>
/// <param name="firstPart">The records of the roster's first hospital, for those who rehearse copying: they send what
/// it trains.</param>
internal sealed partial class TrainDuty(EdgeContext context, ulong demonstration, Func<Records> firstPart) : IDuty
{
    private GlobalModel? _previous;

    public EdgeActivity Activity => EdgeActivity.Training;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is TrainPhase phase && run.Participants.Contains(context.Self)
        && !phase.Commitments.ContainsKey(context.Self)
        && !run.Current!.Outcomes.Any(o => o.Hospital == context.Self && o.Verdict == Verdict.Suspended);

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        GlobalModel global = await context.Models.GetAsync(context.Chain, run, cancellation);
        context.Monitor.Warn(context.Anchors.Lack(run.Plan, context.Dataset));
        int samples = context.Datasets.Own.Count;
        long[] update = Train(run, global, cancellation);
        using IDisposable sharing = context.Monitor.Begin(EdgeActivity.SharingUpdate, run);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        SharedVector shared = await ShareDelivery.DeliverAsync(
            context, state, run.Plan, new Client.PackageAddress(run.Id, run.Round, context.Self), update, cancellation);
        await context.Chain.SubmitAsync(
            new CommitUpdateBody(run.Id, run.Round, shared.Hashes, samples, shared.PackageBytes), cancellation);
        LogCommitted(context.Log, run.Id.Value, run.Round, samples, seconds, shared.PackageBytes);
        await RehearseAsync(run, samples, update, cancellation);
        using (context.Monitor.Begin(EdgeActivity.Measuring, run))
        {
            Measure(run, global, update);
        }

        Array.Clear(update);
    }

    /// <summary>The local model as it was handed out, on the public test split.</summary>
    private void Measure(RunState run, GlobalModel global, long[] update)
    {
        RunPlan plan = run.Plan;
        long[] local = [.. update.Select((u, i) => u + global.Weights[i])];
        float[] scores = ModelEvaluator.Scores(
            plan.Architecture, ParameterVector.FromFixedPoint(plan.Architecture, local, plan.Format),
            context.Dataset.Test);
        context.Results.Add(
            run.Id, ResultShelf.Measure(run.Round, TestSubject.LocalModel, scores, context.Dataset.Test));
    }

    /// <summary>In a rehearsal, and only then, the provider gets the update in the clear. The round does not wait for
    /// it.</summary>
    private async Task RehearseAsync(RunState run, int samples, long[] update, CancellationToken cancellation)
    {
        if (!run.Plan.Rehearsal || !context.Rehearsals.Allowed)
        {
            return;
        }

        try
        {
            await context.Edges.AskAsync(
                run.Plan.PoolContributor, EdgeCalls.RehearsalUpdate,
                new RehearsalUpdate(run.Id, run.Round, samples, [.. update]), cancellation);
        }
        catch (EdgeCallException e)
        {
            LogNotHandedIn(context.Log, run.Id.Value, run.Round, e.Message);
        }
    }

    private long[] Train(RunState run, GlobalModel global, CancellationToken cancellation)
    {
        RunPlan plan = run.Plan;
        float[] weights = ParameterVector.FromFixedPoint(plan.Architecture, global.Weights.AsSpan(), plan.Format);
        TrainingOptions options = Recipes.ToOptions(plan.Recipe);
        Records own = WithAnchors(context.Datasets.Own, plan);
        float[] update = context.Rehearsals.AttackIn(plan) is { } attack
            ? attack.Poison(Task(run, attack, weights, own, options, cancellation))
            : LocalTrainer.Train(
                plan.Architecture, weights, own, options, RoundSeed(context.Self, run),
                (share, _) => context.Monitor.Progress(share), cancellation).Update;
        _previous = global;
        ParameterVector.CheckFinite(plan.Architecture, update);
        return ParameterVector.ToFixedPoint(plan.Architecture, update, plan.Format);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "run {Run} round {Round}: the provider did not take the update of the rehearsal: {Reason}")]
    private static partial void LogNotHandedIn(ILogger log, uint run, int round, string reason);
    private PoisonTask Task(
        RunState run, Attack attack, float[] weights, Records own, TrainingOptions options,
        CancellationToken cancellation)
    {
        RunPlan plan = run.Plan;
        (Records known, MemberId whose) = attack is CopyOfAnother
            ? (WithAnchors(firstPart(), plan), plan.Hospitals[0]) : (own, context.Self);
        var group = new LonePoisoner(
            plan.Architecture, weights, known, options, RoundSeed(whose, run), plan.Hospitals.Length);
        float[]? previous = _previous is { } before && before.Hash != run.Model
            ? ParameterVector.FromFixedPoint(plan.Architecture, before.Weights.AsSpan(), plan.Format) : null;
        return new PoisonTask(
            plan.Architecture, weights, previous, own, options, RoundSeed(context.Self, run), run.Round, group)
        {
            Cancellation = cancellation,
        };
    }

    private Records WithAnchors(Records own, RunPlan plan) =>
        AnchorRecords.Join(own, context.Anchors.For(plan, context.Dataset));

    private ulong RoundSeed(MemberId hospital, RunState run) =>
        unchecked((((demonstration * 1009) + hospital.Value) * 1_000_003) + (ulong)run.Round);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run} round {Round}: trained on {Samples} records in {Seconds:F1} s, {Bytes} bytes of shares")]
    private static partial void LogCommitted(
        ILogger log, uint run, int round, int samples, double seconds, long bytes);
}
