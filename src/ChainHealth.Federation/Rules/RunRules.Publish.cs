using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Confirmations and public metrics (ROUND.md, rules F).</summary>
public static partial class RunRules
{
    /// <summary>By a participant, once a round. May come after the round: a hospital that was down catches up, and the
    /// record says who verified which model.</summary>
    public static RunOutcome ConfirmModel(RunState run, MemberId hospital, int round, Digest model, Instant now)
    {
        if (!run.Participants.Contains(hospital))
        {
            return Refused(run, $"{hospital} is not a participant");
        }

        RoundRecord? record = PublishedRecord(run, round);
        string? fault = record is null ? $"round {round} has published no model"
            : record.Model != model ? $"round {round} published model {record.Model!.Value.Short}, not {model.Short}"
            : record.VerifiedBy.Contains(hospital) ? $"{hospital} has confirmed round {round} already"
            : null;
        return fault is not null
            ? Refused(run, fault)
            : Advance(
                Replace(run, round, record! with { VerifiedBy = record.VerifiedBy.Add(hospital) }), now);
    }

    /// <summary>By the pool contributor, once a round; may come late.</summary>
    public static RunOutcome ReportMetrics(
        RunState run, MemberId actor, int round, Digest model, PublicMetrics metrics, Instant now)
    {
        if (actor != run.Plan.PoolContributor)
        {
            return Refused(run, $"{actor} is not the pool contributor");
        }

        RoundRecord? record = PublishedRecord(run, round);
        string? fault = record is null ? $"round {round} has published no model"
            : record.Model != model ? $"round {round} published model {record.Model!.Value.Short}, not {model.Short}"
            : record.Metrics is not null ? $"the metrics of round {round} are reported already"
            : MetricsFault(run.Plan, metrics);
        return fault is not null
            ? Refused(run, fault)
            : Advance(Replace(run, round, record! with { Metrics = metrics }), now);
    }

    private static RoundRecord? PublishedRecord(RunState run, int round) =>
        round >= 1 && round <= run.Records.Length && run.Records[round - 1].Model is not null
            ? run.Records[round - 1] : null;

    private static RunState Replace(RunState run, int round, RoundRecord record) =>
        run with { Records = run.Records.SetItem(round - 1, record) };

    private static string? MetricsFault(RunPlan plan, PublicMetrics metrics)
    {
        if (metrics.Recalls.IsDefault || metrics.Recalls.Length != plan.Architecture.Classes)
        {
            return $"metrics name {(metrics.Recalls.IsDefault ? 0 : metrics.Recalls.Length)} recalls for "
                + $"{plan.Architecture.Classes} classes";
        }

        return metrics.Recalls.Append(metrics.Accuracy).Append(metrics.AreaUnderCurve)
            .All(v => v is >= 0 and <= PlanRules.PerMille)
            ? null : $"metrics must be 0 to {PlanRules.PerMille} (per mille)";
    }

    private static RunState? ClosePublish(RunState run, PublishPhase phase, Instant now)
    {
        RoundRecord record = run.Current!;
        bool all = record.VerifiedBy.Count == run.Participants.Count && record.Metrics is not null;
        if (!all && phase.Deadline > now)
        {
            return null;
        }

        if (run.Plan.TargetAccuracy > 0 && record.Metrics?.Accuracy >= run.Plan.TargetAccuracy)
        {
            return End(run, RunEnd.TargetReached, $"round {run.Round}: accuracy {record.Metrics.Accuracy} per mille, "
                + $"target {run.Plan.TargetAccuracy}", now);
        }

        return run.Round == run.Plan.Rounds
            ? End(run, RunEnd.LastRound, $"all {run.Round} rounds were held", now)
            : BeginRound(CloseTime(run, now), now);
    }
}
