using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>"I have the state at this checkpoint": to a peer that is far behind.</summary>
/// <param name="Manifest">Names each piece of the state.</param>
/// <param name="Checkpoint">2f+1 checkpoint votes for the manifest.</param>
/// <param name="Commit">2f+1 commit votes for the block after which the state stands.</param>
public sealed record SnapshotOffer(SnapshotManifest Manifest, QuorumCertificate Checkpoint, QuorumCertificate Commit)
    : ConsensusMessage
{
    public Height Height => Manifest.Height;

    public static void Write(CanonicalWriter writer, SnapshotOffer offer)
    {
        SnapshotManifest.Write(writer, offer.Manifest);
        QuorumCertificate.Write(writer, offer.Checkpoint);
        QuorumCertificate.Write(writer, offer.Commit);
    }

    public static SnapshotOffer Read(ref CanonicalReader reader) => new(
        SnapshotManifest.Read(ref reader), QuorumCertificate.Read(ref reader), QuorumCertificate.Read(ref reader));
}

/// <summary>Asks for one piece of the snapshot at this height.</summary>
public sealed record ChunkRequest(Height Height, ushort Index) : ConsensusMessage;

/// <summary>The piece; its hash stands in the manifest.</summary>
public sealed record ChunkResponse(Height Height, ushort Index, ByteString Content) : ConsensusMessage;
