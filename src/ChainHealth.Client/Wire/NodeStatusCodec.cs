using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Canonical bytes of a node's word about itself.</summary>
public static class NodeStatusCodec
{
    public static void Write(CanonicalWriter writer, NodeStatus s) => writer
        .UInt32(s.Validator.Value).Bool(s.Reachable).UInt64(s.Height.Value).UInt64(s.View.Value).Byte(s.Primary.Value)
        .Int32(s.PeersConnected).Int64(s.ConsensusBytesSent).Int64(s.SmpcBytesSent).Int64(s.MemoryBytes)
        .Text(Limited.Text(s.Stall, ClientLimits.StallBytesMax))
        .Text(Limited.Text(s.Version, ClientLimits.VersionBytesMax));

    public static NodeStatus Read(ref CanonicalReader r) => new(
        new MemberId(r.UInt32()), r.Bool(), new Height(r.UInt64()), new View(r.UInt64()), new ReplicaId(r.Byte()),
        r.Int32(), r.Int64(), r.Int64(), r.Int64(), r.Text(ClientLimits.StallBytesMax),
        r.Text(ClientLimits.VersionBytesMax));
}
