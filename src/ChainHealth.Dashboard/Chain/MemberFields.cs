using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>Fields of transactions about members, evidence and anchors.</summary>
internal static class MemberFields
{
    public static ImmutableArray<Field> Of(TransactionBody body, Func<MemberId, string> nameOf) => body switch
    {
        AdmitMemberBody b => OfMember(b.Member),
        ProposeMemberBody b => OfMember(b.Member),
        SuspendMemberBody b =>
            [new("Member", nameOf(b.Member)), new("Reason", b.Reason), .. NotBefore(b.NotBefore)],
        ReinstateMemberBody b => [new("Member", nameOf(b.Member)), .. NotBefore(b.NotBefore)],
        RotateMemberKeysBody b => [.. OfMember(b.Member), .. NotBefore(b.NotBefore)],
        ReportEquivocationBody b => OfContradiction(b.Contradiction, nameOf),
        AnchorDatasetBody b =>
        [
            new("Data set", b.Name), TransactionFields.Hash("Merkle root", b.Root),
            new("Records", TransactionFields.Number(b.Records)),
        ],
        AnchorAuditBody b =>
            [TransactionFields.Hash("Head of the log", b.Head), new("Entries", TransactionFields.Number(b.Entries))],
        _ => [],
    };

    private static ImmutableArray<Field> OfMember(Member m) =>
    [
        new("Name", m.Name), new("Role", m.Role.ToString()), new("Signing key", m.SigningKey.ToString(), true),
        TransactionFields.Hash("TLS pin", m.TlsPin),
        .. m.Endpoint.Length > 0 ? [new Field("Endpoint", m.Endpoint)] : Array.Empty<Field>(),
    ];

    private static ImmutableArray<Field> OfContradiction(Contradiction contradiction, Func<MemberId, string> nameOf) =>
        contradiction switch
        {
            VoteContradiction v =>
            [
                new("Validator", $"number {v.Signer.Value + 1}"), new("Phase", v.Phase.ToString()),
                new("Height", v.Height.ToString()), new("View", v.View.ToString()),
                TransactionFields.Hash("First block", v.First.Block),
                new("First signature", v.First.Signature.ToString(), true),
                TransactionFields.Hash("Second block", v.Second.Block),
                new("Second signature", v.Second.Signature.ToString(), true),
            ],
            JobContradiction j =>
            [
                new("Member", nameOf(j.First.Transaction.Sender)),
                new("First result", TransactionText.Kind(j.First.Transaction.Body)),
                TransactionFields.Hash("First transaction", j.First.Id, Urls.Transaction(j.First.Id)),
                new("First signature", j.First.Signature.ToString(), true),
                TransactionFields.Hash("Second transaction", j.Second.Id, Urls.Transaction(j.Second.Id)),
                new("Second signature", j.Second.Signature.ToString(), true),
            ],
            FalseCertificate f =>
            [
                new("Validator", $"number {f.Read()?.Signer.Value + 1}"), new("View", $"{f.Read()?.View}"),
                new("False certificate", $"number {f.Index + 1}"), new("Signature", f.Signature.ToString(), true),
            ],
            _ => [],
        };

    private static Field[] NotBefore(Height height) =>
        height.Value == 0 ? [] : [new("Not before block", height.ToString())];
}
