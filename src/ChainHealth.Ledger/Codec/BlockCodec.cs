using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of blocks and headers (WIRE.md, "Block"). Decoding checks form and limits; validity is for
/// <see cref="BlockRules"/>.</summary>
public static class BlockCodec
{
    public static byte[] Encode(BlockHeader header)
    {
        var writer = new CanonicalWriter();
        Write(writer, header);
        return writer.ToArray();
    }

    public static byte[] Encode(Block block)
    {
        var writer = new CanonicalWriter(1024 + block.Transactions.Sum(t => t.Bytes.Length + 4));
        Write(writer, block);
        return writer.ToArray();
    }

    public static byte[] Encode(CertifiedBlock certified)
    {
        var writer = new CanonicalWriter(1024);
        Write(writer, certified.Block);
        QuorumCertificate.Write(writer, certified.Certificate);
        return writer.ToArray();
    }

    public static Block? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        Block block = ReadBlock(ref reader);
        bool good = reader.Finish();
        fault = good ? null : "block: " + reader.Fault;
        return good ? block : null;
    }

    public static CertifiedBlock? TryDecodeCertified(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        CertifiedBlock block = ReadCertified(ref reader);
        bool good = reader.Finish();
        fault = good ? null : "certified block: " + reader.Fault;
        return good ? block : null;
    }

    public static void Write(CanonicalWriter writer, BlockHeader header) => writer
        .Digest(header.Chain).UInt32(header.Epoch.Value).UInt64(header.Height.Value).Digest(header.Parent)
        .Int64(header.Time.UnixMs).Digest(header.TransactionRoot).Digest(header.StateRoot)
        .Byte(header.Proposer.Value);

    public static BlockHeader ReadHeader(ref CanonicalReader r) => new(
        r.Digest(), new Epoch(r.UInt32()), new Height(r.UInt64()), r.Digest(), new Instant(r.Int64()), r.Digest(),
        r.Digest(), new ReplicaId(r.Byte()));

    public static void Write(CanonicalWriter writer, Block block)
    {
        Write(writer, block.Header);
        writer.List(block.Transactions, (w, t) => w.Bytes(t.Bytes.Span));
    }

    public static Block ReadBlock(ref CanonicalReader reader) =>
        new(ReadHeader(ref reader), reader.List(Block.TransactionsMax, ReadTransaction));

    public static void Write(CanonicalWriter writer, CertifiedBlock certified)
    {
        Write(writer, certified.Block);
        QuorumCertificate.Write(writer, certified.Certificate);
    }

    public static CertifiedBlock ReadCertified(ref CanonicalReader reader) =>
        new(ReadBlock(ref reader), QuorumCertificate.Read(ref reader));

    private static SignedTransaction ReadTransaction(ref CanonicalReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes(SignedTransaction.BytesMax);
        if (reader.Failed)
        {
            return null!;
        }

        SignedTransaction? transaction = TransactionCodec.TryDecode(bytes, out string? fault);
        if (transaction is null)
        {
            reader.Fail(fault!);
        }

        return transaction!;
    }
}
