using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Finds the rule of a transaction's kind. Sender, signature and nonce were checked before.</summary>
internal static class TransactionRules
{
    /// <summary>Null when applied to the draft; else why it is refused, the draft unchanged.</summary>
    public static string? Apply(LedgerDraft draft, Member sender, TransactionBody body) => body switch
    {
        NoteBody b => NoteRules.Apply(b),
        AdmitMemberBody or SuspendMemberBody or ReinstateMemberBody or RotateMemberKeysBody =>
            MotionRules.Vote(draft, sender, body),
        ProposeMemberBody b => MotionRules.Propose(draft, sender, b),
        ReportEquivocationBody b => EvidenceRules.Report(draft, sender, b),
        AnchorDatasetBody b => AnchorRules.Dataset(draft, sender, b),
        AnchorAuditBody b => AnchorRules.Audit(draft, sender, b),
        StartRunBody b => PlanningRules.Start(draft, sender, b),
        StopRunBody b => PlanningRules.Stop(draft, sender, b),
        ApprovePlanBody b => PlanningRules.Approve(draft, sender, b),
        CommitPoolBody b => PoolRules.Commit(draft, sender, b),
        AttestPoolBody b => PoolRules.Attest(draft, sender, b),
        CommitUpdateBody b => UpdateRules.Commit(draft, sender, b),
        AttestUpdatesBody b => UpdateRules.Attest(draft, sender, b),
        CastVerdictBody b => CommitteeRules.Verdict(draft, sender, b),
        CastModelBody b => CommitteeRules.Model(draft, sender, b),
        ReportAbortBody b => CommitteeRules.Abort(draft, sender, b),
        ConfirmModelBody b => PublicationRules.Confirm(draft, sender, b),
        ReportMetricsBody b => PublicationRules.Metrics(draft, sender, b),
        CommitReferenceBody b => UpdateRules.CommitReference(draft, sender, b),
        AttestReferenceBody b => UpdateRules.AttestReference(draft, sender, b),
        ReportFaultBody b => CommitteeRules.Fault(draft, sender, b),
        StateCopiesBody b => CommitteeRules.Copies(draft, sender, b),
        _ => $"unknown kind of transaction {body.GetType().Name}",
    };
}
