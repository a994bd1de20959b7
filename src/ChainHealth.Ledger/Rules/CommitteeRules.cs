using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Votes of the committee on the outcome of its SMPC jobs.</summary>
internal static class CommitteeRules
{
    public static string? Verdict(LedgerDraft draft, Member sender, CastVerdictBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "a verdict")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.CastVerdict(run, sender.Id, body.Round, body.Vote, draft.Time));

    public static string? Model(LedgerDraft draft, Member sender, CastModelBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "a model vote")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.CastModel(run, sender.Id, body.Round, body.Vote, draft.Time));

    public static string? Abort(LedgerDraft draft, Member sender, ReportAbortBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "an abort report")
        ?? RoleRules.TextFault(body.Reason, ReportAbortBody.ReasonBytesMax)
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.ReportAbort(run, sender.Id, body.Round, body.Attempt, draft.Time));

    public static string? Fault(LedgerDraft draft, Member sender, ReportFaultBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "a fault report")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.ReportFault(run, sender.Id, body.Round, body.Report, draft.Time));

    public static string? Copies(LedgerDraft draft, Member sender, StateCopiesBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "a statement of copies")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.StateCopies(run, sender.Id, body.Round, body.Statement, draft.Time));
}
