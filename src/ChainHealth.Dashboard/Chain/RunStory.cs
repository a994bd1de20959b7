using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

public enum StepState
{
    Ahead = 0,
    Running = 1,
    Done = 2,
}

/// <summary>One of the five phases of a round.</summary>
/// <param name="Lasted">Block time; null while it runs or lies ahead.</param>
public sealed record Step(
    string Name, string Meaning, StepState State, TimeSpan? Lasted, Instant? Since, Instant? Deadline);

/// <summary>A hospital in a round.</summary>
/// <param name="Doing">In words, while there is no verdict.</param>
/// <param name="Took">From the beginning of the round to its commitment, in block time.</param>
public sealed record HospitalRow(
    MemberId Hospital, Verdict Verdict, string Doing, string Reason, int? Samples, TimeSpan? Took, long? Bytes,
    Act? Commitment, bool Verified);

/// <summary>How often each verdict was given.</summary>
public sealed record VerdictTally(int Accepted, int Poisoned, int Missing, int Unverified, int Pending)
{
    public int Judged => Accepted + Poisoned;

    /// <summary>Share of poisoned among the judged, 0 to 1; null where none was judged.</summary>
    public double? PoisonedRatio => Judged == 0 ? null : (double)Poisoned / Judged;
}

/// <summary>Reads a run as people do; everything is computed from the verified state.</summary>
public static class RunStory
{
    public static readonly ImmutableArray<(string Name, string Meaning)> Phases =
    [
        ("train", "Hospitals train on their own records"),
        ("commit", "Secret shares arrive and are attested"),
        ("check", "The committee tests the encrypted updates"),
        ("aggregate", "Accepted updates are summed"),
        ("publish", "Hospitals verify the new model"),
    ];

    /// <summary>The newest run that goes on, else the newest of all.</summary>
    public static RunState? Shown(LedgerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Runs.Values.LastOrDefault(r => !r.Ended) ?? state.Runs.Values.LastOrDefault();
    }

    public static RoundRecord? Round(this RunState run, int number)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Records.FirstOrDefault(r => r.Number == number);
    }

    public static bool IsCurrent(this RunState run, RoundRecord record)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        return !run.Ended && run.Current?.Number == record.Number;
    }

    public static ImmutableArray<Step> Steps(RunState run, RoundRecord record)
    {
        Phase? running = run.IsCurrent(record) ? run.Phase : null;
        int at = running is null ? Phases.Length : Phases.ToList().FindIndex(p => p.Name == running.Name);
        return [.. Phases.Select((phase, i) => StepOf(record, phase, i, at, running))];
    }

    public static ImmutableArray<HospitalRow> Rows(RunState run, RoundRecord record, ChainIndex index)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(index);
        return [.. run.Plan.Hospitals.Order().Select(h => RowOf(run, record, index, h))];
    }

    public static VerdictTally Tally(IEnumerable<RoundRecord> records)
    {
        ILookup<Verdict, HospitalOutcome> by = records.SelectMany(r => r.Outcomes).ToLookup(o => o.Verdict);
        return new VerdictTally(
            by[Verdict.Accepted].Count(), by[Verdict.Poisoned].Count(), by[Verdict.Missing].Count(),
            by[Verdict.Unchecked].Count(), by[Verdict.Pending].Count());
    }

    /// <summary>"4 of 5 hospitals, hospital-3 missing".</summary>
    public static string Attendance(RunState run, RoundRecord record, Func<MemberId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(record);
        int roster = run.Plan.Hospitals.Length;
        List<MemberId> absent = [.. run.Plan.Hospitals.Order().Where(h => IsAbsent(run, record, h))];
        string count = $"{roster - absent.Count} of {roster} hospitals";
        return absent.Count == 0 ? count : $"{count}, {string.Join(", ", absent.Select(nameOf))} missing";
    }

    public static (PublicMetrics Metrics, int Round)? LatestMetrics(this RunState run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RoundRecord? last = run.Records.LastOrDefault(r => r.Metrics is not null);
        return last is null ? null : (last.Metrics!, last.Number);
    }

    private static Step StepOf(
        RoundRecord record, (string Name, string Meaning) phase, int i, int at, Phase? running)
    {
        if (i == at && running is not null)
        {
            return new Step(phase.Name, phase.Meaning, StepState.Running, null, running.Since, running.Deadline);
        }

        PhaseTime? time = record.Times.Where(t => t.Phase == phase.Name).Cast<PhaseTime?>().LastOrDefault();
        StepState state = time is not null || i < at && running is not null ? StepState.Done : StepState.Ahead;
        TimeSpan? lasted = time is { } t ? TimeSpan.FromMilliseconds(t.Milliseconds) : null;
        return new Step(phase.Name, phase.Meaning, state, lasted, time?.Since, null);
    }

    private static HospitalRow RowOf(RunState run, RoundRecord record, ChainIndex index, MemberId hospital)
    {
        HospitalOutcome? outcome = record.Outcomes.FirstOrDefault(o => o.Hospital == hospital);
        UpdateCommitment? commitment = outcome?.Commitment ?? InFlight(run, record, hospital);
        Act? act = index.Find<CommitUpdateBody>(run.Id, record.Number, hospital);
        Instant? began = record.Times.Where(t => t.Phase == "train").Select(t => (Instant?)t.Since).FirstOrDefault()
            ?? (run.IsCurrent(record) && run.Phase is TrainPhase train ? train.Since : null);
        bool absent = IsAbsent(run, record, hospital);
        return new HospitalRow(
            hospital,
            absent ? Verdict.Missing : outcome?.Verdict ?? Verdict.Pending,
            Doing(run, record, commitment),
            outcome?.Reason ?? (run.Participants.Contains(hospital) ? "" : "did not approve the plan"),
            commitment?.Samples,
            act is { } a && began is { } b ? a.At - b : null,
            commitment?.PackageBytes,
            act,
            record.VerifiedBy.Contains(hospital));
    }

    private static bool IsAbsent(RunState run, RoundRecord record, MemberId hospital) =>
        !run.Participants.Contains(hospital)
        || record.Outcomes.Any(o => o.Hospital == hospital && o.Verdict == Verdict.Missing);

    private static UpdateCommitment? InFlight(RunState run, RoundRecord record, MemberId hospital) =>
        !run.IsCurrent(record) ? null : run.Phase switch
        {
            TrainPhase p => p.Commitments.GetValueOrDefault(hospital),
            AttestPhase p => p.Commitments.GetValueOrDefault(hospital),
            CheckPhase p => p.Commitments.GetValueOrDefault(hospital),
            AggregatePhase p => p.Accepted.GetValueOrDefault(hospital),
            _ => null,
        };

    private static string Doing(RunState run, RoundRecord record, UpdateCommitment? commitment) =>
        !run.IsCurrent(record) ? "Not judged" : run.Phase switch
        {
            TrainPhase => commitment is null ? "Training" : "Committed",
            AttestPhase => "Attesting",
            CheckPhase => "Checking",
            AggregatePhase => "Summing",
            _ => "Waiting",
        };
}
