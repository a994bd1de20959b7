using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>The encrypted check and its verdicts (ROUND.md, rules V).</summary>
public static partial class RunRules
{
    /// <summary>By a committee member, once an attempt. A vote that comes after the decision of its attempt, in the
    /// same round, is kept in the round's record: dissent stays visible.</summary>
    public static RunOutcome CastVerdict(RunState run, MemberId actor, int round, VerdictVote vote, Instant now)
    {
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round) ?? CostFault(vote.Cost);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        if (run.Phase is CheckPhase phase)
        {
            fault = TurnFault(phase, actor, vote.Attempt) ?? BitsFault(vote, phase.Commitments.Count);
            return fault is not null
                ? Refused(run, fault)
                : Advance(run with { Phase = phase with { Votes = phase.Votes.Add(actor, vote) } }, now);
        }

        RoundRecord? record = run.Current;
        if (run.Ended || record is null || record.VerdictVotes.IsEmpty)
        {
            return Refused(run, WrongPhase(run, "a verdict"));
        }

        fault = VoteFault(actor, vote.Attempt, record.VerdictVotes.Values.First().Attempt,
            record.VerdictVotes.ContainsKey(actor), []) ?? BitsFault(vote, record.Checked.Length);
        return fault is not null
            ? Refused(run, fault)
            : WithRecord(run, WithVerdicts(record, record.VerdictVotes.Add(actor, vote)));
    }

    /// <summary>By a committee member that has not voted in this attempt: the SMPC job failed there.</summary>
    public static RunOutcome ReportAbort(RunState run, MemberId actor, int round, int attempt, Instant now)
    {
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        switch (run.Phase)
        {
            case CheckPhase p:
                fault = TurnFault(p, actor, attempt);
                return fault is not null
                    ? Refused(run, fault)
                    : Advance(run with { Phase = p with { Aborted = p.Aborted.Add(actor) } }, now);
            case AggregatePhase p:
                fault = TurnFault(p, actor, attempt);
                return fault is not null
                    ? Refused(run, fault)
                    : Advance(run with { Phase = p with { Aborted = p.Aborted.Add(actor) } }, now);
            default:
                return Refused(run, WrongPhase(run, "an abort report"));
        }
    }

    private static RunState BeginCheck(
        RunState run, ImmutableSortedDictionary<MemberId, UpdateCommitment> held, Instant now) =>
        WithRecord(run, run.Current! with { Checked = [.. held.Keys] }) with
        {
            Phase = new CheckPhase(now, After(now, run.Plan.Deadlines.CheckMs), 1, held,
                ImmutableSortedDictionary<MemberId, VerdictVote>.Empty, [])
            {
                Dispute = Dispute.Of(run.Standing.Without),
            },
        };

    private static RunState SkipCheck(
        RunState run, ImmutableSortedDictionary<MemberId, UpdateCommitment> held, Instant now)
    {
        RoundRecord record = Judge(run.Current!, o => held.ContainsKey(o.Hospital)
            ? o with { Verdict = Verdict.Unchecked, Reason = "the plan has no check" } : o);
        return BeginAggregate(WithRecord(run, record), held, now);
    }

    private static RunState? CloseCheck(RunState run, CheckPhase phase, Instant now)
    {
        VerdictVote? decided = Decided(run, phase.Votes, v => v.Matter);
        if (decided is not null)
        {
            return run.Standing.Suspects is { } pair && phase.Earlier is null
                ? CheckAgain(run, phase, now, pair.Other(phase.Dispute.Without!.Value), decided.AcceptedBits)
                : Decide(run, phase, decided, now);
        }

        Ruling? failure = Failure(run, phase.Dispute, phase.Votes, v => v.Matter, phase.Aborted, now);
        if (failure is not null)
        {
            string? end = StandingFault(failure.Standing)
                ?? (phase.Attempt >= AttemptsMax ? $"attempt {phase.Attempt} failed: {failure.Reason}" : null);
            RunState failed = WithFailure(run, phase.Attempt, phase.Aborted, failure);
            bool goesOn = run.Standing.Suspects is not null && failure.Standing.Suspects == run.Standing.Suspects;
            return end is not null
                ? End(failed, RunEnd.Failed, $"round {run.Round}: check: {end}", now)
                : CheckAgain(failed, phase, now,
                    goesOn ? phase.Dispute.Without : failure.Standing.Without, goesOn ? phase.Earlier : null);
        }

        return phase.Deadline > now ? null : End(run, RunEnd.Failed, SilentReason(run, phase.Votes.Keys), now);
    }

    private static RunState CheckAgain(
        RunState run, CheckPhase phase, Instant now, MemberId? without, UInt128? earlier) =>
        run with
        {
            Phase = phase with
            {
                Deadline = After(now, run.Plan.Deadlines.CheckMs),
                Attempt = phase.Attempt + 1,
                Votes = ImmutableSortedDictionary<MemberId, VerdictVote>.Empty,
                Aborted = [],
                Dispute = Dispute.Of(without),
                Earlier = earlier,
            },
        };

    private static RunState Decide(RunState run, CheckPhase phase, VerdictVote decided, Instant now)
    {
        RunState timed = CloseTime(run, now);
        ImmutableArray<MemberId> order = phase.Hospitals;
        var accepted = phase.Commitments;
        string reason = $"by {phase.Votes.Values.Count(v => v.Matter == decided.Matter)} equal votes of the committee"
            + (phase.Earlier is null ? "" : $", with and without either of {run.Standing.Suspects}");

        // E12: of the two attempts one was held by honest members alone; what either refuses is refused.
        UInt128 bits = phase.Earlier is { } earlier ? earlier & decided.AcceptedBits : decided.AcceptedBits;
        var verdicts = new Dictionary<MemberId, Verdict>();
        for (int i = 0; i < order.Length; i++)
        {
            bool good = (bits >> i & UInt128.One) == UInt128.One;
            verdicts[order[i]] = good ? Verdict.Accepted : Verdict.Poisoned;
            accepted = good ? accepted : accepted.Remove(order[i]);
        }

        RoundRecord record = Judge(timed.Current!, o => verdicts.TryGetValue(o.Hospital, out Verdict verdict)
            ? o with { Verdict = verdict, Reason = reason } : o);
        RunState judged = WithRecord(timed, WithVerdicts(record, phase.Votes));
        return accepted.Count >= RunPlan.MinimumUpdatesFloor
            ? BeginAggregate(judged, accepted, now)
            : KeepModel(judged, now);
    }

    private static RoundRecord WithVerdicts(
        RoundRecord record, ImmutableSortedDictionary<MemberId, VerdictVote> votes) =>
        record with { VerdictVotes = votes, CheckCost = Together(votes.Values.Select(v => v.Cost)) };

    private static string? BitsFault(VerdictVote vote, int hospitals) =>
        vote.AcceptedBits >> hospitals == UInt128.Zero
            ? null : $"the verdict has bits beyond the {hospitals} hospitals under check";
}
