using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Votes of the committee on the outcome of its SMPC jobs.</summary>
internal static class CommitteeRules
{
    public static string? Verdict(LedgerDraft draft, Member sender, CastVerdictBody body) => Act(
        draft, sender, "a verdict", body.Run,
        run => RunRules.CastVerdict(run, sender.Id, body.Round, body.Vote, draft.Time));

    public static string? Model(LedgerDraft draft, Member sender, CastModelBody body) => Act(
        draft, sender, "a model vote", body.Run,
        run => RunRules.CastModel(run, sender.Id, body.Round, body.Vote, draft.Time));

    public static string? Abort(LedgerDraft draft, Member sender, ReportAbortBody body) => Act(
        draft, sender, "an abort report", body.Run,
        run => RunRules.ReportAbort(run, sender.Id, body.Round, body.Attempt, draft.Time),
        RoleRules.TextFault(body.Reason, ReportAbortBody.ReasonBytesMax));

    public static string? Fault(LedgerDraft draft, Member sender, ReportFaultBody body) => Act(
        draft, sender, "a fault report", body.Run,
        run => RunRules.ReportFault(run, sender.Id, body.Round, body.Report, draft.Time));

    public static string? Copies(LedgerDraft draft, Member sender, StateCopiesBody body) => Act(
        draft, sender, "a statement of copies", body.Run,
        run => RunRules.StateCopies(run, sender.Id, body.Round, body.Statement, draft.Time));

    private static string? Act(
        LedgerDraft draft, Member sender, string what, RunId run, Func<RunState, RunOutcome> act,
        string? fault = null) =>
        RoleRules.Fault(sender, MemberRole.Validator, what) ?? fault ?? RoleRules.Act(draft, run, act);
}
