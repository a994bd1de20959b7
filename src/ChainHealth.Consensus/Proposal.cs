using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>A block up for agreement. The header inside the payload does not name the view, so a block that is proposed
/// again after a view change keeps its hash.</summary>
/// <param name="Height">Position in the chain, from 1.</param>
/// <param name="Parent">Hash of the block at the height below.</param>
/// <param name="Hash">The application's block hash; it covers height, parent and payload.</param>
/// <param name="Payload">The application's bytes, at most <see cref="ConsensusLimits.PayloadBytesMax"/>.</param>
public sealed record Proposal(Height Height, Digest Parent, Digest Hash, ByteString Payload)
{
    public ChainTip Tip => new(Height, Hash);

    public static void Write(CanonicalWriter writer, Proposal proposal) => writer
        .UInt64(proposal.Height.Value)
        .Digest(proposal.Parent)
        .Digest(proposal.Hash)
        .Bytes(proposal.Payload.Span);

    public static Proposal Read(ref CanonicalReader reader) => new(
        new Height(reader.UInt64()),
        reader.Digest(),
        reader.Digest(),
        new ByteString(reader.Bytes(ConsensusLimits.PayloadBytesMax).ToArray()));
}

/// <summary>A place to build on: a committed block or a proposal in flight. Genesis is height 0.</summary>
public readonly record struct ChainTip(Height Height, Digest Hash)
{
    /// <summary>Whether the proposal stands directly on this block.</summary>
    public bool IsParentOf(Proposal proposal) => proposal.Height == Height.Next && proposal.Parent == Hash;
}

/// <summary>A committed block: the proposal and 2f+1 commit signatures over its hash.</summary>
public sealed record CertifiedProposal(Proposal Proposal, QuorumCertificate Certificate)
{
    public static void Write(CanonicalWriter writer, CertifiedProposal block)
    {
        Proposal.Write(writer, block.Proposal);
        QuorumCertificate.Write(writer, block.Certificate);
    }

    public static CertifiedProposal Read(ref CanonicalReader reader) =>
        new(Proposal.Read(ref reader), QuorumCertificate.Read(ref reader));
}
