using System.Buffers.Binary;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A block as it lies in the store: u32 length of the block's canonical bytes, these bytes, those of its
/// certificate. Behind the length it is the canonical encoding of a certified block.</summary>
internal readonly record struct StoredBlock(Height Height, ReadOnlyMemory<byte> Record)
{
    private const int LengthBytes = 4;

    public static StoredBlock Of(Height height, ReadOnlySpan<byte> block, QuorumCertificate certificate)
    {
        var writer = new CanonicalWriter(LengthBytes + block.Length + 512);
        QuorumCertificate.Write(writer.Bytes(block), certificate);
        return new StoredBlock(height, writer.WrittenMemory);
    }

    public bool IsWellFormed => Record.Length >= LengthBytes && BlockLength <= Record.Length - LengthBytes;

    /// <summary>Canonical bytes of block and certificate.</summary>
    public ReadOnlyMemory<byte> Certified => Record[LengthBytes..];

    public ReadOnlyMemory<byte> Block => Record.Slice(LengthBytes, (int)BlockLength);

    private ReadOnlyMemory<byte> CertificateBytes => Record[(LengthBytes + (int)BlockLength)..];

    private uint BlockLength => BinaryPrimitives.ReadUInt32LittleEndian(Record.Span);

    /// <exception cref="StoreException">It is no certificate.</exception>
    public QuorumCertificate Certificate()
    {
        var reader = new CanonicalReader(CertificateBytes.Span);
        QuorumCertificate certificate = QuorumCertificate.Read(ref reader);
        return reader.Finish()
            ? certificate
            : throw new StoreException($"block {Height} of the store has no readable certificate: {reader.Fault}");
    }
}
