using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>What the votes of check and aggregation have in common (ROUND.md, rules V2 to V6).</summary>
public static partial class RunRules
{
    /// <summary>A vote of the largest group of equal ones, once that group is a quorum.</summary>
    private static TVote? Decided<TVote, TMatter>(IEnumerable<TVote> votes, Func<TVote, TMatter> matter)
        where TVote : class =>
        votes.GroupBy(matter).Where(g => g.Count() >= CommitteeQuorum.Size).Select(g => g.First()).FirstOrDefault();

    /// <summary>Why this attempt cannot decide any more: f+1 members report a failure, so an honest one does, or those
    /// that may still vote cannot make any group a quorum. Null while it can.</summary>
    /// <param name="reports">Fault reports, while the dispute about them is open: they rule out votes.</param>
    private static string? AttemptFailure<TMatter>(
        IEnumerable<TMatter> votes, ImmutableSortedSet<MemberId> aborted, int computing, int reports)
    {
        if (aborted.Count >= CommitteeQuorum.OneHonest)
        {
            return $"reported by {Ids(aborted)}";
        }

        if (reports > 0)
        {
            return null;
        }

        int[] groups = [.. votes.GroupBy(v => v).Select(g => g.Count())];
        int open = computing - groups.Sum() - aborted.Count;
        return groups.DefaultIfEmpty(0).Max() + open >= CommitteeQuorum.Size
            ? null
            : $"the members disagree: groups of {string.Join(" and ", groups.OrderDescending())}"
                + (aborted.IsEmpty ? "" : $", failure reported by {Ids(aborted)}");
    }

    private static RunState WithFailure(
        RunState run, int attempt, ImmutableSortedSet<MemberId> aborted, Ruling failure)
    {
        RoundRecord record = run.Current!;
        ImmutableSortedSet<MemberId> by = aborted.Union(DisputeOf(run.Phase)!.Reports.Keys);
        var failed = new FailedAttempt(run.Phase.Name, attempt, [.. by], failure.Reason);
        return WithRecord(run, record with { FailedAttempts = record.FailedAttempts.Add(failed) }) with
        {
            Standing = failure.Standing,
        };
    }

    private static string SilentReason(RunState run, IEnumerable<MemberId> voted)
    {
        MemberId[] came = [.. voted];
        return $"round {run.Round}: {run.Phase.Name}: {came.Length} of {run.Plan.Committee.Length} votes by the "
            + $"deadline, {CommitteeQuorum.Size} equal ones needed; missing {Ids(run.Plan.Committee.Except(came))}";
    }

    private static string? VoteFault(
        MemberId actor, int attempt, int current, bool voted, ImmutableSortedSet<MemberId> aborted) =>
        attempt != current ? $"attempt {attempt} is not the current one, {current}"
        : voted ? $"{actor} has voted in attempt {current} already"
        : aborted.Contains(actor) ? $"{actor} has reported the failure of attempt {current} already"
        : null;

    private static string? CostFault(JobCost cost) =>
        cost.BytesSent >= 0 && cost.Exchanges >= 0 && cost.Milliseconds >= 0 && cost.BytesSent <= 1L << 50
            ? null : "cost of the job is out of range";

    /// <summary>Sum of the bytes, since each party reports its own; largest of the rest.</summary>
    private static JobCost Together(IEnumerable<JobCost> costs)
    {
        JobCost[] all = [.. costs];
        return new JobCost(
            all.Sum(c => c.BytesSent), all.Max(c => c.Exchanges), all.Max(c => c.Milliseconds));
    }
}
