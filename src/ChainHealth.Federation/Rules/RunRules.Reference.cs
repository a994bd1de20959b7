using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>The reference update of the pool contributor (ROUND.md, rules T7 and C6).</summary>
public static partial class RunRules
{
    /// <summary>True where the check of this round compares directions with a reference.</summary>
    public static bool HasReference(RunState run) =>
        run.Current?.Reference is { } reference
        && Awaited(run, run.Standing).All(reference.AttestedBy.Contains);

    /// <summary>By the pool contributor, once a round, where the plan checks cosines.</summary>
    public static RunOutcome CommitReference(
        RunState run, MemberId actor, int round, ShareHashes shares, long packageBytes, Instant now)
    {
        if (run.Phase is not TrainPhase phase)
        {
            return Refused(run, WrongPhase(run, "a reference update"));
        }

        RoundRecord record = run.Current!;
        long bytesMax = PlanRules.UpdatePackageBytesMax(run.Plan);
        string? fault = RoundFault(run, round)
            ?? (actor != run.Plan.PoolContributor ? $"{actor} is not the pool contributor"
            : !run.Plan.Policy.Limits.HasReference ? "the plan compares nothing with a reference"
            : record.Reference is not null ? $"the reference of round {round} is committed already"
            : packageBytes < 1 || packageBytes > bytesMax
                ? $"{packageBytes} bytes of packages, must be 1 to {bytesMax}"
            : phase.Commitments.Values.FirstOrDefault(c => c.Shares == shares) is { } twin
                ? $"share hashes are those of {twin.Hospital}"
            : null);
        var reference = new ReferenceCommitment(shares, packageBytes, []);
        return fault is not null
            ? Refused(run, fault)
            : Advance(WithRecord(run, record with { Reference = reference }), now);
    }

    /// <summary>By each committee member, once, while updates are attested.</summary>
    public static RunOutcome AttestReference(RunState run, MemberId actor, int round, Instant now)
    {
        if (run.Phase is not AttestPhase)
        {
            return Refused(run, WrongPhase(run, "an attestation of the reference"));
        }

        RoundRecord record = run.Current!;
        string? fault = CommitteeFault(run, actor) ?? RoundFault(run, round)
            ?? (record.Reference is null ? $"round {round} has no reference"
            : record.Reference.AttestedBy.Contains(actor) ? $"{actor} has attested the reference already" : null);
        if (fault is not null)
        {
            return Refused(run, fault);
        }

        ReferenceCommitment attested = record.Reference! with
        {
            AttestedBy = record.Reference.AttestedBy.Add(actor),
        };
        return Advance(WithRecord(run, record with { Reference = attested }), now);
    }
}
