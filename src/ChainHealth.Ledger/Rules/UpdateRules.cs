using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Commitments to updates and attestations of their shares.</summary>
internal static class UpdateRules
{
    public static string? Commit(LedgerDraft draft, Member sender, CommitUpdateBody body) =>
        RoleRules.Fault(sender, MemberRole.Hospital, "committing to an update")
        ?? RoleRules.Act(draft, body.Run, run => RunRules.CommitUpdate(
            run, sender.Id, body.Round, body.Shares, body.Samples, body.PackageBytes, draft.Time));

    public static string? Attest(LedgerDraft draft, Member sender, AttestUpdatesBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "attesting shares")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.AttestUpdates(run, sender.Id, body.Round, body.Hospitals, draft.Time));

    public static string? CommitReference(LedgerDraft draft, Member sender, CommitReferenceBody body) =>
        RoleRules.Fault(sender, MemberRole.Provider, "committing to a reference update")
        ?? RoleRules.Act(draft, body.Run, run => RunRules.CommitReference(
            run, sender.Id, body.Round, body.Shares, body.PackageBytes, draft.Time));

    public static string? AttestReference(LedgerDraft draft, Member sender, AttestReferenceBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "attesting shares")
        ?? RoleRules.Act(draft, body.Run, run =>
            RunRules.AttestReference(run, sender.Id, body.Round, draft.Time));
}
