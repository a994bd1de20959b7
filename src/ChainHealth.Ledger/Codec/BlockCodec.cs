using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of blocks and headers (WIRE.md).</summary>
public static partial class BlockCodec
{
    public static byte[] Encode(BlockHeader header)
    {
        var writer = new CanonicalWriter();
        writer.Digest(header.Chain).UInt32(header.Epoch.Value).UInt64(header.Height.Value).Digest(header.Parent)
            .Int64(header.Time.UnixMs).Digest(header.TransactionRoot).Digest(header.StateRoot)
            .Byte(header.Proposer.Value);
        return writer.ToArray();
    }
}
