namespace ChainHealth.Client;

/// <summary>What a listener bears.</summary>
public sealed record ListenerLimits
{
    /// <summary>Connections at once, greeted or not.</summary>
    public int ConnectionsMax { get; init; } = 512;

    /// <summary>Connections that have not yet proven who they are, from one address.</summary>
    public int StrangersPerAddressMax { get; init; } = 64;

    /// <summary>Connections of one member for one purpose.</summary>
    public int ConnectionsPerMemberMax { get; init; } = 16;

    /// <summary>For TLS and hello together.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
