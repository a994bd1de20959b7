using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>The round as a state machine (ROUND.md): each function takes a run, who acts and the block time, and
/// answers with the next run or with the reason why the act is refused. The caller applies <see cref="Advance"/> to
/// each run at the start of every block, so that an act always meets the phase of its block time; acts that fill a
/// quota advance the run themselves.</summary>
public static partial class RunRules
{
    /// <summary>Attempts of one SMPC job before the run fails.</summary>
    public const int AttemptsMax = 20;

    /// <summary>When the run changes without anybody's act; null once it has ended.</summary>
    public static Instant? NextDeadline(RunState run) =>
        DisputeOf(run.Phase)?.Until is { } until && !(run.Phase.Deadline < until) ? until : run.Phase.Deadline;

    /// <summary>By the provider that started it, at any time before its end (rule S1).</summary>
    public static RunOutcome Stop(RunState run, MemberId actor, string reason, Instant now)
    {
        if (run.Ended)
        {
            return Refused(run, "has ended");
        }

        return actor == run.Provider
            ? End(run, RunEnd.Stopped, reason.Length == 0 ? "stopped by the provider" : reason, now)
            : Refused(run, $"was started by {run.Provider}, {actor} cannot stop it");
    }

    private static RunOutcome Refused(RunState run, string fault) => RunOutcome.Refused($"run {run.Id}: {fault}");

    private static string WrongPhase(RunState run, string act) =>
        run.Round == 0 || run.Ended
            ? $"{act} does not belong into phase '{run.Phase.Name}'"
            : $"{act} does not belong into phase '{run.Phase.Name}' of round {run.Round}";

    private static string? RoundFault(RunState run, int round) =>
        round == run.Round ? null : $"round {round} is not the current one, {run.Round}";

    private static string? CommitteeFault(RunState run, MemberId actor) =>
        run.Plan.Committee.Contains(actor) ? null : $"{actor} is not in the committee";

    /// <summary>Of the committee: the only thresholds that votes on SMPC results know.</summary>
    private static Quorum CommitteeQuorum => Quorum.Of(RunPlan.CommitteeSize);

    private static RunState End(RunState run, RunEnd end, string reason, Instant now) =>
        (run.Current is null ? run : CloseTime(run, now)) with { Phase = new EndedPhase(now, end, reason) };

    private static RunState WithRecord(RunState run, RoundRecord record) =>
        run with { Records = run.Records.SetItem(run.Records.Length - 1, record) };

    /// <summary>Notes how long the phase that ends now has lasted.</summary>
    private static RunState CloseTime(RunState run, Instant now)
    {
        RoundRecord record = run.Current!;
        long lasted = now.UnixMs - run.Phase.Since.UnixMs;
        return WithRecord(run, record with
        {
            Times = record.Times.Add(new PhaseTime(run.Phase.Name, run.Phase.Since, lasted)),
        });
    }

    private static RoundRecord Judge(RoundRecord record, Func<HospitalOutcome, HospitalOutcome> judge) =>
        record with { Outcomes = [.. record.Outcomes.Select(judge)] };

    private static string Ids(IEnumerable<MemberId> members) => string.Join(", ", members.Order());

    private static Instant After(Instant now, int milliseconds) => new(now.UnixMs + milliseconds);
}
