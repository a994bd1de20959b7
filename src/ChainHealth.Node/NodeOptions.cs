using System.Net;
using ChainHealth.Client;
using ChainHealth.Consensus;

namespace ChainHealth.Node;

/// <summary>What a validator may be told beyond its network folder.</summary>
internal sealed record NodeOptions
{
    public ReplicaOptions Replica { get; init; } = new();

    public MempoolLimits Mempool { get; init; } = new();

    public ListenerLimits Listener { get; init; } = new();

    public ClientApiLimits Client { get; init; } = new();

    /// <summary>Where to listen; null = every address, with the port of the member record.</summary>
    public IPEndPoint? Listen { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
