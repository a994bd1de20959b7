namespace ChainHealth.Mpc;

/// <summary>What one party's session has cost so far.</summary>
/// <param name="Exchanges">Message rounds.</param>
/// <param name="PayloadBytesSent">Ring elements and bits, without tags.</param>
/// <param name="BytesSent">With tags, before the transport's own framing.</param>
public readonly record struct MpcStatistics(long Exchanges, long PayloadBytesSent, long BytesSent)
{
    public static MpcStatistics operator -(MpcStatistics a, MpcStatistics b) =>
        new(a.Exchanges - b.Exchanges, a.PayloadBytesSent - b.PayloadBytesSent, a.BytesSent - b.BytesSent);
}
