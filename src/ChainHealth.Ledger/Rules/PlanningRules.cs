using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Starting, approving and stopping runs (LEDGER.md, rules R).</summary>
internal static class PlanningRules
{
    /// <summary>Runs that may be open at once.</summary>
    public const int OpenRunsMax = 16;

    public static string? Start(LedgerDraft draft, Member sender, StartRunBody body)
    {
        RunPlan plan = body.Plan;
        string? fault = RoleRules.Fault(sender, MemberRole.Provider, "starting a run")
            ?? (draft.OpenRuns.Count >= OpenRunsMax ? $"{OpenRunsMax} runs are open already" : null)
            ?? PlanRules.Fault(plan)
            ?? RoleRules.Fault(draft, plan.Committee, MemberRole.Validator, "committee member")
            ?? RoleRules.Fault(draft, plan.Hospitals, MemberRole.Hospital, "hospital")
            ?? RoleRules.Fault(draft, [plan.PoolContributor], MemberRole.Provider, "pool contributor");
        if (fault is not null)
        {
            return fault;
        }

        var id = new RunId((uint)draft.Runs.Count + 1);
        Digest hash = RunPlanCodec.HashOf(draft.Chain, plan);
        RunOutcome outcome = RunRules.Create(id, sender.Id, plan, hash, draft.Time);
        if (outcome.Next is not null)
        {
            draft.SetRun(outcome.Next with { Earlier = RunRules.HistoryOf(plan, draft.Runs.Values) });
        }

        return outcome.Fault;
    }

    public static string? Stop(LedgerDraft draft, Member sender, StopRunBody body) =>
        RoleRules.Fault(sender, MemberRole.Provider, "stopping a run")
        ?? RoleRules.TextFault(body.Reason, StopRunBody.ReasonBytesMax)
        ?? RoleRules.Act(draft, body.Run, run => RunRules.Stop(run, sender.Id, body.Reason, draft.Time));

    public static string? Approve(LedgerDraft draft, Member sender, ApprovePlanBody body) =>
        RoleRules.Fault(sender, MemberRole.Hospital, "approving a plan")
        ?? RoleRules.Act(draft, body.Run, run => RunRules.Approve(run, sender.Id, body.PlanHash, draft.Time));
}
