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

    /// <summary>host:port of validators, by name, where it is not that of their member records: behind a router, or a
    /// proxy.</summary>
    public IReadOnlyDictionary<string, string> PeerAddresses { get; init; } = new Dictionary<string, string>();

    /// <summary>Spoken with peers and clients.</summary>
    public ushort ProtocolVersion { get; init; } = LinkIdentity.CurrentVersion;

    /// <summary>Vote for hospitals and observers that a provider or a dashboard proposes.</summary>
    public bool AdmitProposed { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
