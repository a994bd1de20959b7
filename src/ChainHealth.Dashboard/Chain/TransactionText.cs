using System.Globalization;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>A transaction as a sentence and as a list of its fields.</summary>
public static class TransactionText
{
    /// <summary>One line that a person understands; names come from the caller.</summary>
    public static string Sentence(Transaction transaction, Func<MemberId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(nameOf);
        return $"{nameOf(transaction.Sender)} {Act(transaction.Body, nameOf)}";
    }

    /// <summary>Short word for the kind, for lists and labels.</summary>
    public static string Kind(TransactionBody body) => body switch
    {
        NoteBody => "note",
        AdmitMemberBody => "admit member",
        StartRunBody => "start run",
        StopRunBody => "stop run",
        ApprovePlanBody => "approve plan",
        CommitPoolBody => "commit pool",
        AttestPoolBody => "attest pool",
        CommitUpdateBody => "commit update",
        AttestUpdatesBody => "attest updates",
        CastVerdictBody => "verdict vote",
        CastModelBody => "model vote",
        ReportAbortBody => "report abort",
        ConfirmModelBody => "confirm model",
        ReportMetricsBody => "report metrics",
        ReportEquivocationBody => "evidence",
        SuspendMemberBody => "suspend member",
        ReinstateMemberBody => "reinstate member",
        RotateMemberKeysBody => "new member keys",
        AnchorDatasetBody => "anchor data set",
        AnchorAuditBody => "anchor audit log",
        ProposeMemberBody => "propose member",
        CommitReferenceBody => "commit reference",
        AttestReferenceBody => "attest reference",
        ReportFaultBody => "report fault",
        StateCopiesBody => "state copies",
        _ => "transaction",
    };

    private static string Act(TransactionBody body, Func<MemberId, string> nameOf) => body switch
    {
        NoteBody b => $"anchored a note of {Text.Bytes(b.Content.Length)}",
        AdmitMemberBody b => $"voted to admit {b.Member.Name} as {Text.Lower(b.Member.Role)}",
        StartRunBody b => $"proposed the run “{b.Plan.Title}” with {Text.Count(b.Plan.Hospitals.Length, "hospital")}",
        StopRunBody b => $"stopped run {b.Run}: {b.Reason}",
        ApprovePlanBody b => $"approved the plan of run {b.Run}",
        CommitPoolBody b => $"committed a secret-shared validation pool of {b.Pool.Records:N0} records to run {b.Run}",
        AttestPoolBody b => $"attested the validation pool of run {b.Run}",
        CommitUpdateBody b =>
            $"committed an update trained on {b.Samples:N0} records to round {b.Round} of run {b.Run}",
        AttestUpdatesBody b =>
            $"attested the shares of {Text.Join(b.Hospitals.Select(nameOf))} in round {b.Round} of run {b.Run}",
        CastVerdictBody b =>
            $"voted on the verdicts of round {b.Round} of run {b.Run}: {Accepted(b.Vote)} accepted",
        CastModelBody b => $"computed model {b.Vote.Model.Short} for round {b.Round} of run {b.Run}",
        ReportAbortBody b => $"reported that attempt {b.Attempt} of round {b.Round} of run {b.Run} failed: {b.Reason}",
        ConfirmModelBody b => $"verified and adopted model {b.Model.Short} of round {b.Round} of run {b.Run}",
        ReportMetricsBody b =>
            $"measured {Text.PerMille(b.Metrics.Accuracy)} test accuracy after round {b.Round} of run {b.Run}",
        CommitReferenceBody b => $"committed its reference update to round {b.Round} of run {b.Run}",
        AttestReferenceBody b => $"attested the shares of the reference in round {b.Round} of run {b.Run}",
        ReportFaultBody b => $"reported that {Accused(b.Report, nameOf)} in round {b.Round} of run {b.Run}",
        StateCopiesBody b => "stated what it sent, or vouched for, in exchange "
            + $"{b.Statement.Exchange} of round {b.Round} of run {b.Run}",
        _ => MemberAct(body, nameOf),
    };

    private static string Accused(FaultReport report, Func<MemberId, string> nameOf) => report.Kind switch
    {
        FaultKind.Silence => $"nothing came from {nameOf(report.Accused)}",
        FaultKind.Message => $"{nameOf(report.Accused)} sent what no honest party sends",
        FaultKind.Tag => $"{nameOf(report.Accused)} and {nameOf(report.Witness)} contradict each other",
        _ => $"{nameOf(report.Accused)} and {nameOf(report.Witness)} hold another key",
    };

    private static string MemberAct(TransactionBody body, Func<MemberId, string> nameOf) => body switch
    {
        ReportEquivocationBody { Contradiction: VoteContradiction v } =>
            $"showed two contradicting {v.Phase} votes of validator {v.Signer.Value + 1} for block {v.Height}",
        ReportEquivocationBody { Contradiction: JobContradiction j } =>
            $"showed two contradicting results of {nameOf(j.First.Transaction.Sender)}",
        ReportEquivocationBody { Contradiction: FalseCertificate f } =>
            $"showed a false certificate that validator {f.Read()?.Signer.Value + 1} signed",
        SuspendMemberBody b => $"voted to suspend {nameOf(b.Member)}: {b.Reason}",
        ReinstateMemberBody b => $"voted to reinstate {nameOf(b.Member)}",
        RotateMemberKeysBody b => $"voted for new keys of {b.Member.Name}",
        AnchorDatasetBody b => $"anchored the data set {b.Name} of {b.Records:N0} records",
        AnchorAuditBody b => $"anchored its audit log of {b.Entries:N0} entries",
        ProposeMemberBody b => $"proposed to admit {b.Member.Name} as {Text.Lower(b.Member.Role)}",
        _ => "acted",
    };

    private static string Accepted(VerdictVote vote) =>
        UInt128.PopCount(vote.AcceptedBits).ToString(CultureInfo.InvariantCulture);
}
