using System.Collections.Immutable;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Anchors of data sets and audit logs (LEDGER.md, rules A).</summary>
internal static class AnchorRules
{
    public static string? Dataset(LedgerDraft draft, Member sender, AnchorDatasetBody body)
    {
        int nameBytes = Encoding.UTF8.GetByteCount(body.Name);
        ImmutableArray<Anchor> own = Own(draft, sender.Id);
        DatasetAnchor? last = own.OfType<DatasetAnchor>().LastOrDefault(a => a.Name == body.Name);
        string? fault =
            RoleRules.Fault(sender, [MemberRole.Hospital, MemberRole.Provider], "anchoring a data set")
            ?? (nameBytes is 0 or > AnchorDatasetBody.NameBytesMax
                ? $"the data set's name needs 1 to {AnchorDatasetBody.NameBytesMax} bytes" : null)
            ?? (body.Records is < 1 or > MerkleTree.LeavesMax
                ? $"{body.Records} records; 1 to {MerkleTree.LeavesMax} can be anchored" : null)
            ?? (body.Root.IsZero ? "the Merkle root is empty" : null)
            ?? (last is not null && (last.Root, last.Records) == (body.Root, body.Records)
                ? $"'{body.Name}' is anchored like this already, as version {last.Version}" : null)
            ?? CountFault(own);
        if (fault is null)
        {
            Add(draft, new DatasetAnchor(sender.Id, draft.Height, draft.Time, body.Name, (last?.Version ?? 0) + 1,
                body.Root, body.Records));
        }

        return fault;
    }

    /// <summary>A log only grows: an anchor that names fewer entries than the one before shows that some were
    /// lost.</summary>
    public static string? Audit(LedgerDraft draft, Member sender, AnchorAuditBody body)
    {
        ImmutableArray<Anchor> own = Own(draft, sender.Id);
        long before = own.OfType<AuditAnchor>().LastOrDefault()?.Entries ?? 0;
        string? fault = RoleRules.Fault(sender, MemberRole.Observer, "anchoring an audit log")
            ?? (body.Head.IsZero ? "the head of the log is empty" : null)
            ?? (body.Entries <= before
                ? $"a log of {body.Entries} entries; the last anchor has {before}, and a log only grows" : null)
            ?? CountFault(own);
        if (fault is null)
        {
            Add(draft, new AuditAnchor(sender.Id, draft.Height, draft.Time, body.Head, body.Entries));
        }

        return fault;
    }

    private static ImmutableArray<Anchor> Own(LedgerDraft draft, MemberId sender) =>
        draft.Anchors.TryGetValue(sender, out ImmutableArray<Anchor> own) ? own : [];

    private static string? CountFault(ImmutableArray<Anchor> own) =>
        own.Length >= Anchor.PerMemberMax ? $"{Anchor.PerMemberMax} anchors of a member are the most" : null;

    private static void Add(LedgerDraft draft, Anchor anchor) =>
        draft.Anchors = draft.Anchors.SetItem(anchor.Member, Own(draft, anchor.Member).Add(anchor));
}
