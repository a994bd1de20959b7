using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>What follows from earlier verdicts (ROUND.md, rules H; check g of round.md).</summary>
public static partial class RunRules
{
    /// <summary>The last round of a suspension that covers the run's next round; null where the hospital may take part.
    /// Follows from the records alone: refusals since the last suspension are counted.</summary>
    public static int? SuspendedUntil(RunState run, MemberId hospital)
    {
        VerificationPolicy policy = run.Plan.Policy;
        if (policy.RefusalsMax == 0)
        {
            return null;
        }

        int refusals = 0, until = 0;
        foreach (RoundRecord record in run.Records)
        {
            Verdict verdict = record.Outcomes.FirstOrDefault(o => o.Hospital == hospital)?.Verdict ?? Verdict.Pending;
            refusals += verdict == Verdict.Poisoned ? 1 : 0;
            if (refusals >= policy.RefusalsMax)
            {
                refusals = 0;
                until = record.Number + policy.SuspensionRounds;
            }
        }

        return until > run.Round ? until : null;
    }

    private static bool IsSuspended(RoundRecord record, MemberId hospital) =>
        record.Outcomes.Any(o => o.Hospital == hospital && o.Verdict == Verdict.Suspended);

    private static HospitalOutcome FirstOutcome(RunState run, MemberId hospital) =>
        SuspendedUntil(run, hospital) is { } until
            ? new HospitalOutcome(hospital, Verdict.Suspended, null,
                $"suspended through round {until} after {run.Plan.Policy.RefusalsMax} refusals")
            : new HospitalOutcome(hospital, Verdict.Pending, null, "");
}
