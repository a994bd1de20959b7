using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Names a block. The view is not part of it, so that a block proposed again after a view change keeps its
/// hash; its certificate names the view in which it was committed.</summary>
/// <param name="Time">Proposer's clock; never before the parent's. The only clock of the ledger.</param>
/// <param name="TransactionRoot">Merkle root over the transaction ids and signatures, in order.</param>
/// <param name="StateRoot">Root of the state after this block.</param>
/// <param name="Proposer">Validator that built it first.</param>
public sealed record BlockHeader(
    Digest Chain, Epoch Epoch, Height Height, Digest Parent, Instant Time, Digest TransactionRoot, Digest StateRoot,
    ReplicaId Proposer)
{
    public Digest Hash() => Digest.Of("block", Chain, BlockCodec.Encode(this));
}

public sealed record Block(BlockHeader Header, ImmutableArray<SignedTransaction> Transactions)
{
    public const int TransactionsMax = 4096;
    public const int BytesMax = 4 * 1024 * 1024;
}

/// <summary>A block and the commit certificate that makes it final.</summary>
public sealed record CertifiedBlock(Block Block, QuorumCertificate Certificate);
