using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Shows one fact of the chain to someone who has only the genesis: a block's header, the certificate that
/// makes it final, and the path from the fact to a root in that header. Verified without a network by
/// <see cref="ProofVerifier"/>; as bytes, see PROOFS.md.</summary>
public sealed record ChainProof(BlockHeader Header, QuorumCertificate Certificate, ProofClaim Claim);

/// <summary>What is claimed, with its path to the header. One sealed record for each kind of fact.</summary>
public abstract record ProofClaim
{
    /// <summary>The claim in one line, for people.</summary>
    public abstract string Text { get; }
}

/// <summary>The transaction stands in the block at the path's index.</summary>
public sealed record TransactionClaim(SignedTransaction Transaction, MerkleProof InBlock) : ProofClaim
{
    public override string Text => $"transaction {Transaction.Id} stands in this block";
}

/// <summary>The round of a run with the verdicts on its hospitals, as the state after the block holds it.</summary>
public sealed record VerdictClaim(RoundProof Round, StateProof Inclusion) : ProofClaim
{
    public override string Text => Round.Read(out _) is { } read
        ? $"the verdicts of round {read.Number} of run {Round.Run} are recorded" : $"a round of run {Round.Run}";
}

/// <summary>The model is final in the state after the block.</summary>
public sealed record ModelClaim(FinalModel Model, StateProof Inclusion) : ProofClaim
{
    public override string Text => $"model {Model.Model} is final";
}

/// <summary>The member, with its keys and its standing, is in the state after the block.</summary>
/// <param name="Suspension">Null where the member is in good standing; it cannot be left out.</param>
public sealed record MemberClaim(Member Member, Suspension? Suspension, StateProof Inclusion) : ProofClaim
{
    public override string Text => Suspension is null
        ? $"{Member.Name} is a member ({Member.Role})" : $"{Member.Name} is a suspended member ({Member.Role})";
}

/// <summary>The anchor is in the state after the block.</summary>
public sealed record AnchorClaim(Anchor Anchor, StateProof Inclusion) : ProofClaim
{
    public override string Text => Anchor is DatasetAnchor d
        ? $"data set '{d.Name}' of {d.Records} records is anchored" : "the audit log is anchored";
}
