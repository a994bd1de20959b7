using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Makes the report of a run from the ledger state alone; only the consensus traffic comes from elsewhere.
/// </summary>
public static class RunReporter
{
    public static RunReport Report(LedgerState state, RunState run, ConsensusTraffic traffic)
    {
        RoundReport[] rounds = [.. run.Records.Select(r => Round(state, run, r, traffic))];
        var ended = run.Phase as EndedPhase;
        RoundReport? last = rounds.LastOrDefault(r => r.Accuracy is not null);
        return new RunReport(
            RunReport.SchemaName, run.Id.Value, run.Plan.Title, run.Plan.Dataset, run.Plan.Architecture.Name,
            run.Plan.ClassNames, run.Plan.Policy.Enabled, state.Chain.ToString(), run.Phase.Name,
            ended is null ? null : Words.Of(ended.End), ended?.Reason, [.. rounds], last?.Accuracy,
            run.Model.ToString(), rounds.Length == 0 ? [] : rounds[^1].VerifiedBy);
    }

    /// <summary>For instance "4 of 5 hospitals, hospital-3 missing": the result always says whom it was computed
    /// without.</summary>
    public static string Heard(LedgerState state, RoundRecord record)
    {
        string[] missing =
            [.. record.Outcomes.Where(o => o.Verdict == Verdict.Missing).Select(o => NameOf(state, o.Hospital))];
        string counts = $"{record.Outcomes.Length - missing.Length} of {record.Outcomes.Length} hospitals";
        return missing.Length == 0 ? counts : $"{counts}, {string.Join(", ", missing)} missing";
    }

    public static string NameOf(LedgerState state, MemberId member) =>
        state.Members.TryGetValue(member, out Member? known) ? known.Name : member.ToString();

    public static double SecondsOf(RoundRecord record, string phase) =>
        record.Times.Where(t => t.Phase == phase).Sum(t => t.Milliseconds) / 1000.0;

    private static RoundReport Round(LedgerState state, RunState run, RoundRecord record, ConsensusTraffic traffic)
    {
        PublicMetrics? metrics = record.Metrics;
        var seconds = new SecondsReport(
            SecondsOf(record, "train"), SecondsOf(record, "commit"), SecondsOf(record, "check"),
            SecondsOf(record, "aggregate"), SecondsOf(record, "publish"));
        var bytes = new BytesReport(
            record.Outcomes.Sum(o => o.Commitment?.PackageBytes ?? 0), record.CheckCost.BytesSent,
            record.AggregateCost.BytesSent, traffic.Of(record.Number));
        ImmutableArray<HospitalReport> hospitals =
        [
            .. record.Outcomes.Select(o =>
                new HospitalReport(NameOf(state, o.Hospital), Words.Of(o.Verdict), o.Reason)),
        ];
        return new RoundReport(
            record.Number, Share(metrics?.Accuracy),
            metrics is null ? [] : [.. metrics.Recalls.Select(r => r / 1000.0)],
            Share(metrics?.AreaUnderCurve), Heard(state, record), hospitals, seconds, bytes, record.Model?.ToString(),
            record.KeptOldModel, [.. record.VerifiedBy.Select(m => NameOf(state, m))])
        {
            Notes = [.. Notes(state, run, record)],
        };
    }

    private static IEnumerable<string> Notes(LedgerState state, RunState run, RoundRecord record)
    {
        if (record.KeptOldModel)
        {
            yield return record.AggregateRefused
                ? "aggregate-refused: the mean of the accepted updates failed its test, nothing was opened"
                : $"fewer than {RunPlan.MinimumUpdatesFloor} updates were accepted, nothing was opened";
        }

        foreach (FailedAttempt failed in record.FailedAttempts)
        {
            string told = failed.AbortedBy.IsEmpty
                ? "" : $" (reported by {string.Join(", ", failed.AbortedBy.Select(m => NameOf(state, m)))})";
            yield return $"{failed.Phase} attempt {failed.Attempt} failed: {failed.Reason}{told}";
        }

        foreach (HospitalOutcome outcome in record.Outcomes.Where(o => o.Verdict == Verdict.Suspended))
        {
            yield return $"{NameOf(state, outcome.Hospital)} {outcome.Reason}";
        }
    }

    private static double? Share(int? perMille) => perMille is int value ? value / 1000.0 : null;
}
