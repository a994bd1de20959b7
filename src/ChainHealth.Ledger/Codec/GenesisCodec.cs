using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of a genesis (WIRE.md).</summary>
public static partial class GenesisCodec
{
    public static byte[] Encode(Genesis genesis)
    {
        var writer = new CanonicalWriter();
        writer.Text(genesis.Name).Int64(genesis.Time.UnixMs).List(genesis.Members, Member.Write);
        return writer.ToArray();
    }
}
