using System.Text.Json;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>A transaction in a few words.</summary>
public static class TransactionWords
{
    /// <summary>The kind as WIRE.md calls it, for instance "commit-update".</summary>
    public static string KindOf(TransactionBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return JsonNamingPolicy.KebabCaseLower.ConvertName(body.GetType().Name[..^"Body".Length]);
    }

    public static string Of(TransactionBody body) => body switch
    {
        NoteBody note => $"{note.Content.Span.Length} bytes",
        AdmitMemberBody admit => $"{admit.Member.Name} as {admit.Member.Role}",
        StartRunBody start =>
            $"{start.Plan.Title}: {start.Plan.Rounds} rounds, {start.Plan.Hospitals.Length} hospitals",
        StopRunBody stop => $"run {stop.Run}: {stop.Reason}",
        ApprovePlanBody approve => $"run {approve.Run}, plan {approve.PlanHash.Short}",
        CommitPoolBody pool => $"run {pool.Run}, {pool.Pool.Records} records",
        AttestPoolBody attest => $"run {attest.Run}",
        CommitUpdateBody update => $"run {update.Run} round {update.Round}, {update.Samples} samples, "
            + Figures.Bytes(update.PackageBytes),
        AttestUpdatesBody attest => $"run {attest.Run} round {attest.Round}, {attest.Hospitals.Length} hospitals",
        CastVerdictBody cast => $"run {cast.Run} round {cast.Round}, attempt {cast.Vote.Attempt}, "
            + $"{UInt128.PopCount(cast.Vote.AcceptedBits)} accepted",
        CastModelBody cast => $"run {cast.Run} round {cast.Round}, model {cast.Vote.Model.Short}",
        ReportAbortBody abort => $"run {abort.Run} round {abort.Round}, attempt {abort.Attempt}: {abort.Reason}",
        ConfirmModelBody confirm => $"run {confirm.Run} round {confirm.Round}, model {confirm.Model.Short}",
        ReportMetricsBody report => $"run {report.Run} round {report.Round}, accuracy "
            + Figures.Percent(report.Metrics.Accuracy / 1000.0),
        ReportFaultBody b => $"run {b.Run} round {b.Round}, attempt {b.Report.Attempt}, exchange "
            + $"{b.Report.Exchange}: {b.Report.Kind}, accused {b.Report.Accused}"
            + (b.Report.Witness == b.Report.Accused ? "" : $" or {b.Report.Witness}"),
        StateCopiesBody b => $"run {b.Run} round {b.Round}, attempt {b.Statement.Attempt}, exchange "
            + $"{b.Statement.Exchange}: answers {b.Statement.Reporter}",
        CommitReferenceBody b => $"run {b.Run} round {b.Round}, {Figures.Bytes(b.PackageBytes)}",
        AttestReferenceBody b => $"run {b.Run} round {b.Round}",
        _ => OfMembers(body),
    };

    private static string OfMembers(TransactionBody body) => body switch
    {
        ReportEquivocationBody { Contradiction: VoteContradiction v } =>
            $"two {v.Phase} votes of validator {v.Signer.Value + 1} at height {v.Height}, view {v.View}",
        ReportEquivocationBody { Contradiction: JobContradiction j } =>
            $"two results of {j.First.Transaction.Sender}: {Of(j.First.Transaction.Body)}",
        ReportEquivocationBody { Contradiction: FalseCertificate f } =>
            $"a view change of validator {f.Read()?.Signer.Value + 1} with a false certificate",
        SuspendMemberBody suspend => $"{suspend.Member}: {suspend.Reason}",
        ReinstateMemberBody reinstate => $"{reinstate.Member}",
        RotateMemberKeysBody rotate => $"{rotate.Member.Name} ({rotate.Member.Id})",
        AnchorDatasetBody anchor => $"{anchor.Name}, {anchor.Records} records, root {anchor.Root.Short}",
        AnchorAuditBody anchor => $"{anchor.Entries} entries, head {anchor.Head.Short}",
        ProposeMemberBody propose => $"{propose.Member.Name} as {propose.Member.Role}",
        _ => "",
    };

    public static object Json(SignedTransaction signed) => new
    {
        Id = signed.Transaction.Id().ToString(),
        Sender = signed.Transaction.Sender.Value,
        signed.Transaction.Nonce,
        Kind = KindOf(signed.Transaction.Body),
        Text = Of(signed.Transaction.Body),
    };

    /// <exception cref="UserError">The text is not 64 hexadecimal digits.</exception>
    public static Digest RequireId(string text) => Digest.TryParse(text, out Digest id)
        ? id
        : throw new UserError(
            $"'{text}' is no transaction id", "give its 64 hexadecimal digits, as 'chain block' shows them");
}
