using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A model proof as bytes, on the wire and as a file: magic, version, header, certificate, model, inclusion.
/// </summary>
public static class ModelProofCodec
{
    public const ushort Version = 1;

    private const uint Magic = 0x4650_4843;

    public static byte[] Encode(ModelProof proof)
    {
        var writer = new CanonicalWriter(2048);
        writer.UInt32(Magic).UInt16(Version).Fixed(BlockCodec.Encode(proof.Header));
        QuorumCertificate.Write(writer, proof.Certificate);
        writer.UInt32(proof.Model.Run.Value).Int32(proof.Model.Round).Digest(proof.Model.Model)
            .Digest(proof.Model.Architecture).Int32(proof.Model.AcceptedUpdates);
        MerkleProof.Write(writer, proof.Inclusion.InSection);
        writer.Digest(proof.Inclusion.SectionRoot);
        MerkleProof.Write(writer, proof.Inclusion.AmongSections);
        return writer.ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no proof. Whether it proves anything is for
    /// the proof verifier to say.</summary>
    public static ModelProof? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length > ClientLimits.ProofBytesMax)
        {
            fault = $"{bytes.Length} bytes; a model proof has at most {ClientLimits.ProofBytesMax}";
            return null;
        }

        var reader = new CanonicalReader(bytes);
        if (reader.UInt32() != Magic)
        {
            fault = "not a model proof";
            return null;
        }

        ushort version = reader.UInt16();
        if (version != Version)
        {
            fault = $"model proof of version {version}; only {Version} is known here";
            return null;
        }

        var proof = new ModelProof(
            ReadHeader(ref reader), QuorumCertificate.Read(ref reader), ReadModel(ref reader),
            new StateProof(MerkleProof.Read(ref reader), reader.Digest(), MerkleProof.Read(ref reader)));
        fault = reader.Finish() ? null : "damaged model proof: " + reader.Fault;
        return fault is null ? proof : null;
    }

    private static BlockHeader ReadHeader(ref CanonicalReader r) => new(
        r.Digest(), new Epoch(r.UInt32()), new Height(r.UInt64()), r.Digest(), new Instant(r.Int64()), r.Digest(),
        r.Digest(), new ReplicaId(r.Byte()));

    private static FinalModel ReadModel(ref CanonicalReader r) =>
        new(new RunId(r.UInt32()), r.Int32(), r.Digest(), r.Digest(), r.Int32());
}
