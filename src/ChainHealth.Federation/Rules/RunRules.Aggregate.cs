using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Aggregation and its model votes (ROUND.md, rules A).</summary>
public static partial class RunRules
{
    /// <summary>By a committee member, once an attempt; a late vote of the same round is kept in the record.</summary>
    public static RunOutcome CastModel(RunState run, MemberId actor, int round, ModelVote vote, Instant now)
    {
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round) ?? CostFault(vote.Cost)
            ?? (vote.Model.IsZero ? "the vote names no model" : null)
            ?? (vote.AggregateRefused && !run.Plan.Policy.Limits.TestsAggregate
                ? "the plan does not test the aggregate" : null)
            ?? (vote.AggregateRefused && vote.Model != run.Current?.ModelBefore
                ? "an aggregate that is refused leaves the old model" : null);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        if (run.Phase is AggregatePhase phase)
        {
            fault = TurnFault(phase, actor, vote.Attempt);
            return fault is not null
                ? Refused(run, fault)
                : Advance(run with { Phase = phase with { Votes = phase.Votes.Add(actor, vote) } }, now);
        }

        RoundRecord? record = run.Current;
        if (run.Ended || record is null || record.ModelVotes.IsEmpty)
        {
            return Refused(run, WrongPhase(run, "a model vote"));
        }

        fault = VoteFault(actor, vote.Attempt, record.ModelVotes.Values.First().Attempt,
            record.ModelVotes.ContainsKey(actor), []);
        return fault is not null
            ? Refused(run, fault)
            : WithRecord(run, WithModelVotes(record, record.ModelVotes.Add(actor, vote)));
    }

    private static RunState BeginAggregate(
        RunState run, ImmutableSortedDictionary<MemberId, UpdateCommitment> accepted, Instant now) =>
        run with
        {
            Phase = new AggregatePhase(now, After(now, run.Plan.Deadlines.AggregateMs), 1, accepted,
                ImmutableSortedDictionary<MemberId, ModelVote>.Empty, [])
            {
                Dispute = Dispute.Of(run.Standing.Without),
            },
        };

    private static RunState? CloseAggregate(RunState run, AggregatePhase phase, Instant now)
    {
        ModelVote? decided = Decided(run, phase.Votes, v => v.Matter);
        if (decided is not null)
        {
            return Finish(run, phase, decided, now);
        }

        Ruling? failure = Failure(run, phase.Dispute, phase.Votes, v => v.Matter, phase.Aborted, now);
        if (failure is not null)
        {
            string? end = StandingFault(failure.Standing)
                ?? (phase.Attempt >= AttemptsMax ? $"attempt {phase.Attempt} failed: {failure.Reason}" : null);
            RunState failed = WithFailure(run, phase.Attempt, phase.Aborted, failure);
            return end is not null
                ? End(failed, RunEnd.Failed, $"round {run.Round}: aggregate: {end}", now)
                : failed with
                {
                    Phase = phase with
                    {
                        Deadline = After(now, run.Plan.Deadlines.AggregateMs),
                        Attempt = phase.Attempt + 1,
                        Votes = ImmutableSortedDictionary<MemberId, ModelVote>.Empty,
                        Aborted = [],
                        Dispute = Dispute.Of(failure.Standing.Without),
                    },
                };
        }

        return phase.Deadline > now ? null : End(run, RunEnd.Failed, SilentReason(run, phase.Votes.Keys), now);
    }

    private static RunState Finish(RunState run, AggregatePhase phase, ModelVote decided, Instant now)
    {
        RunState timed = CloseTime(run, now);
        RoundRecord record = WithModelVotes(timed.Current! with { Model = decided.Model }, phase.Votes);
        if (decided.AggregateRefused)
        {
            record = record with { KeptOldModel = true, AggregateRefused = true };
            return WithRecord(timed, record) with { Phase = Publish(run, now) };
        }

        var final = new FinalModel(
            run.Id, run.Round, decided.Model, run.Plan.Architecture.Hash, phase.Accepted.Count);
        return WithRecord(timed, record) with
        {
            Model = decided.Model,
            Models = run.Models.Add(final),
            Phase = Publish(run, now),
        };
    }

    /// <summary>Too few accepted updates: a sum of one or two would show them. Nothing is opened, the old model
    /// stays.</summary>
    private static RunState KeepModel(RunState run, Instant now) =>
        WithRecord(run, run.Current! with { Model = run.Model, KeptOldModel = true }) with
        {
            Phase = Publish(run, now),
        };

    private static PublishPhase Publish(RunState run, Instant now) =>
        new(now, After(now, run.Plan.Deadlines.PublishMs));

    private static RoundRecord WithModelVotes(
        RoundRecord record, ImmutableSortedDictionary<MemberId, ModelVote> votes) =>
        record with { ModelVotes = votes, AggregateCost = Together(votes.Values.Select(v => v.Cost)) };
}
