using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of a genesis (WIRE.md, "Genesis").</summary>
public static class GenesisCodec
{
    /// <summary>Canonical bytes, at most.</summary>
    public const int BytesMax = 1024 * 1024;

    public static byte[] Encode(Genesis genesis)
    {
        var writer = new CanonicalWriter();
        writer.Text(genesis.Name).Int64(genesis.Time.UnixMs).List(genesis.Members, Member.Write);
        return writer.ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no genesis from which a chain can start.</summary>
    public static Genesis? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length > BytesMax)
        {
            fault = $"genesis of {bytes.Length} bytes, at most {BytesMax} allowed";
            return null;
        }

        var reader = new CanonicalReader(bytes);
        var genesis = new Genesis(
            reader.Text(Member.NameBytesMax), new Instant(reader.Int64()),
            reader.List(Genesis.MembersMax, (ref CanonicalReader r) => Member.Read(ref r)));
        fault = reader.Finish() ? GenesisRules.Fault(genesis) : "genesis: " + reader.Fault;
        return fault is null ? genesis : null;
    }
}
