using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>What follows from earlier verdicts (ROUND.md, rules H; check g of round.md).</summary>
public static partial class RunRules
{
    /// <summary>What the hospitals of a new run bring with them (rule H3): the plan's own rule, applied to all rounds
    /// of earlier runs that had the hospital under check as if they were rounds of one run. O(earlier outcomes).
    /// </summary>
    /// <param name="earlier">Runs of the same chain, oldest first.</param>
    /// <returns>Only those who bring something.</returns>
    public static ImmutableSortedDictionary<MemberId, History> HistoryOf(RunPlan plan, IEnumerable<RunState> earlier)
    {
        var histories = ImmutableSortedDictionary.CreateBuilder<MemberId, History>();
        if (plan.Policy.RefusalsMax == 0)
        {
            return histories.ToImmutable();
        }

        foreach (HospitalOutcome outcome in earlier.SelectMany(r => r.Records).SelectMany(r => r.Outcomes)
            .Where(o => plan.Hospitals.Contains(o.Hospital)))
        {
            histories[outcome.Hospital] = Next(
                histories.GetValueOrDefault(outcome.Hospital, History.None), plan.Policy, outcome.Verdict);
        }

        foreach (MemberId nothing in histories.Where(h => h.Value == History.None).Select(h => h.Key).ToArray())
        {
            histories.Remove(nothing);
        }

        return histories.ToImmutable();
    }

    /// <summary>Refusals that count and rounds of a suspension that are to come, after the run's rounds so far.
    /// </summary>
    public static History HistoryOf(RunState run, MemberId hospital) => run.Plan.Policy.RefusalsMax == 0
        ? History.None
        : run.Records.Aggregate(run.Earlier.GetValueOrDefault(hospital, History.None), (history, record) =>
            record.Outcomes.FirstOrDefault(o => o.Hospital == hospital) is { } outcome
                ? Next(history, run.Plan.Policy, outcome.Verdict) : history);

    /// <summary>The last round of a suspension that covers the run's next round; null where the hospital may take part.
    /// Follows from the records alone: refusals since the last suspension are counted.</summary>
    public static int? SuspendedUntil(RunState run, MemberId hospital)
    {
        int rounds = HistoryOf(run, hospital).SuspendedRounds;
        return rounds > 0 ? run.Round + rounds : null;
    }

    private static History Next(History history, VerificationPolicy policy, Verdict verdict)
    {
        int left = Math.Max(0, history.SuspendedRounds - 1);
        int refusals = history.Refusals + (verdict == Verdict.Poisoned ? 1 : 0);
        return refusals >= policy.RefusalsMax ? new History(0, policy.SuspensionRounds) : new History(refusals, left);
    }

    private static bool IsSuspended(RoundRecord record, MemberId hospital) =>
        record.Outcomes.Any(o => o.Hospital == hospital && o.Verdict == Verdict.Suspended);

    private static HospitalOutcome FirstOutcome(RunState run, MemberId hospital) =>
        SuspendedUntil(run, hospital) is { } until
            ? new HospitalOutcome(hospital, Verdict.Suspended, null,
                $"suspended through round {until} after {run.Plan.Policy.RefusalsMax} refusals")
            : new HospitalOutcome(hospital, Verdict.Pending, null, "");
}
