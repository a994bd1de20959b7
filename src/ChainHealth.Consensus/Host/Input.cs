using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What may happen to a replica.</summary>
public abstract record Input;

/// <summary>A peer's message that a <see cref="MessageVerifier"/> let pass.</summary>
public sealed record MessageReceived(Verified Message) : Input;

/// <summary>The application may have something to order.</summary>
public sealed record WorkArrived : Input
{
    public static WorkArrived Instance { get; } = new();
}

/// <summary><see cref="Replica.Deadline"/> has come. Too early or too often does no harm.</summary>
public sealed record Tick : Input
{
    public static Tick Instance { get; } = new();
}

/// <summary>The host has made the snapshot that <see cref="MakeSnapshot"/> asked for, and it is durable.</summary>
/// <param name="Commit">Commit certificate of the manifest's block.</param>
public sealed record SnapshotMade(SnapshotManifest Manifest, QuorumCertificate Commit) : Input;

/// <summary>A session with this peer was opened: it is told where we stand.</summary>
public sealed record PeerConnected(ReplicaId Peer) : Input;
