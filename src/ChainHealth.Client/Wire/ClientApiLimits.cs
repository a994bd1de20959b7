namespace ChainHealth.Client;

/// <summary>What one member may ask of a node, over all of its connections.</summary>
public sealed record ClientApiLimits
{
    /// <summary>Requests under way; more are answered as busy.</summary>
    public int InFlightMax { get; init; } = 2048;

    /// <summary>Bytes of requests under way; above it the connection is not read.</summary>
    public long InFlightBytesMax { get; init; } = 2L * ClientLimits.PackageBytesMax;

    public int RequestsPerSecondMax { get; init; } = 50_000;

    /// <summary>A refused transaction counts as so many requests: whoever sends rubbish gets little of the node's
    /// time.</summary>
    public int RefusalRequests { get; init; } = 25;

    /// <summary>A proof counts as so many requests: it costs the hashes of a section of the state.</summary>
    public int ProofRequests { get; init; } = 100;
}
