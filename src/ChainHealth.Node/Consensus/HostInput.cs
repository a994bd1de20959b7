using ChainHealth.Consensus;

namespace ChainHealth.Node;

/// <summary>What the consensus loop is handed: an input for the replica, or a question about it.</summary>
internal readonly record struct HostInput(Input? Input, TaskCompletionSource<ReplicaStatus>? Question);
