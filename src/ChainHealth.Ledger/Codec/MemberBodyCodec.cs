using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Bodies about members, evidence and anchors (kinds 2 and 15 to 21).</summary>
internal static class MemberBodyCodec
{
    /// <summary>Null for a body of another kind.</summary>
    public static TransactionKind? KindOf(TransactionBody body) => body switch
    {
        AdmitMemberBody => TransactionKind.AdmitMember,
        ReportEquivocationBody => TransactionKind.ReportEquivocation,
        SuspendMemberBody => TransactionKind.SuspendMember,
        ReinstateMemberBody => TransactionKind.ReinstateMember,
        RotateMemberKeysBody => TransactionKind.RotateMemberKeys,
        AnchorDatasetBody => TransactionKind.AnchorDataset,
        AnchorAuditBody => TransactionKind.AnchorAudit,
        ProposeMemberBody => TransactionKind.ProposeMember,
        _ => null,
    };

    /// <summary>False for a body of another kind; then nothing was written.</summary>
    public static bool TryWrite(CanonicalWriter w, TransactionBody body)
    {
        switch (body)
        {
            case AdmitMemberBody b:
                Member.Write(w, b.Member);
                return true;
            case ReportEquivocationBody b:
                ContradictionCodec.Write(w, b.Contradiction);
                return true;
            case SuspendMemberBody b:
                w.UInt32(b.Member.Value).Text(b.Reason).UInt64(b.NotBefore.Value);
                return true;
            case ReinstateMemberBody b:
                w.UInt32(b.Member.Value).UInt64(b.NotBefore.Value);
                return true;
            case RotateMemberKeysBody b:
                Member.Write(w, b.Member);
                w.UInt64(b.NotBefore.Value);
                return true;
            case AnchorDatasetBody b:
                w.Text(b.Name).Digest(b.Root).Int32(b.Records);
                return true;
            case AnchorAuditBody b:
                w.Digest(b.Head).Int64(b.Entries);
                return true;
            case ProposeMemberBody b:
                Member.Write(w, b.Member);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Null for another kind, or where the reader holds the fault.</summary>
    public static TransactionBody? Read(TransactionKind kind, ref CanonicalReader r) => kind switch
    {
        TransactionKind.AdmitMember => new AdmitMemberBody(Member.Read(ref r)),
        TransactionKind.ReportEquivocation =>
            ContradictionCodec.Read(ref r) is { } c ? new ReportEquivocationBody(c) : null,
        TransactionKind.SuspendMember => new SuspendMemberBody(
            new MemberId(r.UInt32()), r.Text(SuspendMemberBody.ReasonBytesMax), new Height(r.UInt64())),
        TransactionKind.ReinstateMember => new ReinstateMemberBody(new MemberId(r.UInt32()), new Height(r.UInt64())),
        TransactionKind.RotateMemberKeys => new RotateMemberKeysBody(Member.Read(ref r), new Height(r.UInt64())),
        TransactionKind.AnchorDataset =>
            new AnchorDatasetBody(r.Text(AnchorDatasetBody.NameBytesMax), r.Digest(), r.Int32()),
        TransactionKind.AnchorAudit => new AnchorAuditBody(r.Digest(), r.Int64()),
        TransactionKind.ProposeMember => new ProposeMemberBody(Member.Read(ref r)),
        _ => null,
    };
}
