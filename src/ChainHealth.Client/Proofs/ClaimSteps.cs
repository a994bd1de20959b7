using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The steps of a verification that depend on what is claimed: the path from the fact to the header.
/// </summary>
internal static class ClaimSteps
{
    public static ImmutableArray<ProofStep> Of(Genesis genesis, BlockHeader header, ProofClaim claim) => claim switch
    {
        TransactionClaim c => [Sender(genesis, c.Transaction), Place(header, c)],
        VerdictClaim c => [Verdicts(genesis, c.Round), RecordInRun(c.Round), RunInState(header, c)],
        ModelClaim c => [Model(header, c)],
        MemberClaim c => [Membership(header, c)],
        AnchorClaim c => [Anchored(genesis, header, c)],
        _ => [new ProofStep("claim", claim.GetType().Name, "this kind of claim is not known here")],
    };

    /// <summary>Members of the genesis are checked by their own signature too, unless they have new keys since then:
    /// then the validators' word, which the certificate carries, is what there is.</summary>
    private static ProofStep Sender(Genesis genesis, SignedTransaction signed)
    {
        MemberId id = signed.Transaction.Sender;
        Member? sender = genesis.Members.FirstOrDefault(m => m.Id == id);
        bool own = sender is not null && Secp256k1.Verify(sender.SigningKey, signed.Id, signed.Signature);
        string detail = sender is null ? $"{id}, admitted after the genesis: the validators checked its signature"
            : own ? $"{sender.Name}, nonce {signed.Transaction.Nonce}, signed with its key of the genesis"
            : $"{sender.Name}, with a key that is not that of the genesis: it was checked by the validators";
        return new ProofStep("sender", detail, signed.Transaction.Chain == genesis.Hash()
            ? null : $"the transaction is of chain {signed.Transaction.Chain.Short}");
    }

    private static ProofStep Place(BlockHeader header, TransactionClaim claim) => new(
        "transaction in the block",
        $"place {claim.InBlock.Index + 1} of {claim.InBlock.Count}, id {claim.Transaction.Id.Short}",
        claim.InBlock.Verify(header.TransactionRoot, claim.Transaction.Leaf)
            ? null : $"the block with transaction root {header.TransactionRoot.Short} does not hold it at this place");

    private static ProofStep Verdicts(Genesis genesis, RoundProof round)
    {
        ProvenRound? read = round.Read(out string? fault);
        string detail = read is null ? "unreadable" : read.Verdicts.Count == 0 ? $"round {read.Number}: none yet"
            : $"round {read.Number}: " + string.Join(", ", read.Verdicts.Select(v =>
                $"{NameOf(genesis, v.Hospital)} {v.Verdict.ToString().ToLowerInvariant()}"));
        return new ProofStep("verdicts", detail, fault);
    }

    private static ProofStep RecordInRun(RoundProof round) => new(
        "round in the run", $"record {round.InRecords.Index + 1} of {round.InRecords.Count} of run {round.Run}",
        round.RunDigest() is null ? $"run {round.Run} does not hold this record" : null);

    private static ProofStep RunInState(BlockHeader header, VerdictClaim claim) => new(
        "run in the state", $"run {claim.Round.Run}, state root {header.StateRoot.Short}",
        claim.Round.RunDigest() is { } run && claim.Inclusion.VerifyRun(header.StateRoot, run)
            ? null : $"the state {header.StateRoot.Short} does not hold this run");

    private static ProofStep Model(BlockHeader header, ModelClaim claim) => new(
        "model in the state",
        $"run {claim.Model.Run}, round {claim.Model.Round}, model {claim.Model.Model.Short}, sum of "
            + $"{claim.Model.AcceptedUpdates} updates",
        claim.Inclusion.Verify(header.StateRoot, claim.Model)
            ? null : $"the state {header.StateRoot.Short} does not hold this model among its final ones");

    private static ProofStep Membership(BlockHeader header, MemberClaim claim) => new(
        "member in the state",
        $"{claim.Member.Name} ({claim.Member.Id}), {claim.Member.Role}, "
            + (claim.Suspension is { } s ? $"suspended since block {s.Since}: {s.Reason}" : "in good standing"),
        claim.Inclusion.Verify(header.StateRoot, claim.Member, claim.Suspension)
            ? null : $"the state {header.StateRoot.Short} does not hold this member with this standing");

    private static ProofStep Anchored(Genesis genesis, BlockHeader header, AnchorClaim claim)
    {
        string what = claim.Anchor switch
        {
            DatasetAnchor d => $"data set '{d.Name}' version {d.Version}, {d.Records} records, root {d.Root.Short}",
            AuditAnchor a => $"audit log of {a.Entries} entries, head {a.Head.Short}",
            _ => "unknown",
        };
        return new ProofStep(
            "anchor in the state",
            $"{what}, of {NameOf(genesis, claim.Anchor.Member)}, block {claim.Anchor.Height}, {claim.Anchor.Time}",
            claim.Inclusion.Verify(header.StateRoot, claim.Anchor)
                ? null : $"the state {header.StateRoot.Short} does not hold this anchor");
    }

    private static string NameOf(Genesis genesis, MemberId id) =>
        genesis.Members.FirstOrDefault(m => m.Id == id)?.Name ?? id.ToString();
}
