using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Confirmations of a final model and its public metrics.</summary>
internal static class PublicationRules
{
    public static string? Confirm(LedgerDraft draft, Member sender, ConfirmModelBody body) =>
        RoleRules.Fault(sender, MemberRole.Hospital, "confirming a model")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.ConfirmModel(run, sender.Id, body.Round, body.Model, draft.Time));

    public static string? Metrics(LedgerDraft draft, Member sender, ReportMetricsBody body) =>
        RoleRules.Fault(sender, MemberRole.Provider, "reporting metrics")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.ReportMetrics(run, sender.Id, body.Round, body.Model, body.Metrics, draft.Time));
}
