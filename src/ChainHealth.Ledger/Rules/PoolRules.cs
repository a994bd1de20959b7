using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>The validation pool's commitment and attestations.</summary>
internal static class PoolRules
{
    public static string? Commit(LedgerDraft draft, Member sender, CommitPoolBody body) =>
        RoleRules.Fault(sender, MemberRole.Provider, "committing to a pool")
        ?? RoleRules.Act(draft, body.Run, run => RunRules.CommitPool(run, sender.Id, body.Pool, draft.Time));

    public static string? Attest(LedgerDraft draft, Member sender, AttestPoolBody body) =>
        RoleRules.Fault(sender, MemberRole.Validator, "attesting a pool")
        ?? RoleRules.Act(draft, body.Run, run => RunRules.AttestPool(run, sender.Id, draft.Time));
}
