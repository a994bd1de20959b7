using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Plan, approvals and validation pool (ROUND.md, rules P and O).</summary>
public static partial class RunRules
{
    /// <summary>A new run in its approval phase. Computes the first global model from the plan's seed: O(parameters).
    /// </summary>
    public static RunOutcome Create(RunId id, MemberId provider, RunPlan plan, Digest planHash, Instant now)
    {
        if (PlanRules.Fault(plan) is { } fault)
        {
            return RunOutcome.Refused(fault);
        }

        var phase = new ApprovalPhase(now, After(now, plan.Deadlines.ApprovalMs), [], null, []);
        Digest model = GlobalModel.Initial(plan.Architecture, plan.Format, plan.InitialSeed).Hash;
        return new RunState(id, provider, plan, planHash, phase, [], null, 0, model, [], []);
    }

    /// <summary>By a hospital of the roster, once, naming the very plan.</summary>
    public static RunOutcome Approve(RunState run, MemberId hospital, Digest planHash, Instant now)
    {
        if (run.Phase is not ApprovalPhase phase)
        {
            return Refused(run, WrongPhase(run, "an approval"));
        }

        string? fault = !run.Plan.Hospitals.Contains(hospital) ? $"{hospital} is not on the roster"
            : phase.Approved.Contains(hospital) ? $"{hospital} has approved already"
            : planHash != run.PlanHash ? $"approval names plan {planHash.Short}, the plan is {run.PlanHash.Short}"
            : null;
        return fault is not null
            ? Refused(run, fault)
            : Advance(run with { Phase = phase with { Approved = phase.Approved.Add(hospital) } }, now);
    }

    /// <summary>By the plan's contributor, once, where the plan has a check.</summary>
    public static RunOutcome CommitPool(RunState run, MemberId actor, PoolCommitment pool, Instant now)
    {
        if (run.Phase is not ApprovalPhase phase)
        {
            return Refused(run, WrongPhase(run, "a pool commitment"));
        }

        long bytesMax = PlanRules.PoolPackageBytesMax(run.Plan, Math.Clamp(pool.Records, 0, RunPlan.PoolRecordsMax));
        string? fault = actor != run.Plan.PoolContributor ? $"{actor} is not the pool contributor"
            : !run.Plan.Policy.Enabled ? "the plan has no check and so no validation pool"
            : phase.Pool is not null ? "the pool is committed already"
            : pool.Records is < RunPlan.PoolRecordsMin or > RunPlan.PoolRecordsMax
                ? $"{pool.Records} pool records, must be {RunPlan.PoolRecordsMin} to {RunPlan.PoolRecordsMax}"
            : pool.PackageBytes < 1 || pool.PackageBytes > bytesMax
                ? $"{pool.PackageBytes} bytes of pool packages, must be 1 to {bytesMax}"
            : null;
        return fault is not null
            ? Refused(run, fault)
            : Advance(run with { Phase = phase with { Pool = pool } }, now);
    }

    /// <summary>By each committee member, once, after the commitment.</summary>
    public static RunOutcome AttestPool(RunState run, MemberId actor, Instant now)
    {
        if (run.Phase is not ApprovalPhase phase)
        {
            return Refused(run, WrongPhase(run, "an attestation of the pool"));
        }

        string? fault = CommitteeFault(run, actor)
            ?? (phase.Pool is null ? "no pool is committed yet"
                : phase.PoolAttestedBy.Contains(actor) ? $"{actor} has attested the pool already" : null);
        return fault is not null
            ? Refused(run, fault)
            : Advance(run with { Phase = phase with { PoolAttestedBy = phase.PoolAttestedBy.Add(actor) } }, now);
    }

    private static bool PoolReady(RunState run, ApprovalPhase phase) =>
        !run.Plan.Policy.Enabled || phase.PoolAttestedBy.Count == run.Plan.Committee.Length;

    /// <summary>Null while the phase goes on.</summary>
    private static RunState? CloseApproval(RunState run, ApprovalPhase phase, Instant now)
    {
        bool ready = PoolReady(run, phase);
        if (phase.Approved.Count == run.Plan.Hospitals.Length && ready)
        {
            return BeginTraining(run, phase, now);
        }

        if (phase.Deadline > now)
        {
            return null;
        }

        if (phase.Approved.Count < run.Plan.MinimumUpdates)
        {
            return End(run, RunEnd.Failed, $"plan: {phase.Approved.Count} of {run.Plan.Hospitals.Length} approvals "
                + $"by the deadline, {run.Plan.MinimumUpdates} needed; "
                + $"missing {Ids(run.Plan.Hospitals.Except(phase.Approved))}", now);
        }

        if (ready)
        {
            return BeginTraining(run, phase, now);
        }

        // O7: a member without the pool never computes in this run; the three others do.
        MemberId[] without = [.. run.Plan.Committee.Except(phase.PoolAttestedBy)];
        if (without.Length == 1)
        {
            return BeginTraining(run with { Standing = run.Standing.Convict(without[0]) }, phase, now);
        }

        string reason = phase.Pool is null
            ? $"plan: no validation pool by the deadline; missing {run.Plan.PoolContributor}"
            : $"plan: validation pool attested by {phase.PoolAttestedBy.Count} of {run.Plan.Committee.Length} by the "
                + $"deadline; missing {Ids(run.Plan.Committee.Except(phase.PoolAttestedBy))}";
        return End(run, RunEnd.Failed, reason, now);
    }

    private static RunState BeginTraining(RunState run, ApprovalPhase phase, Instant now) =>
        BeginRound(run with { Participants = phase.Approved, Pool = phase.Pool }, now);
}
