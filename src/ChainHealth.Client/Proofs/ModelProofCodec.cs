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
        BlockCodec.Write(writer.UInt32(Magic).UInt16(Version), proof.Header);
        QuorumCertificate.Write(writer, proof.Certificate);
        RecordCodec.Write(writer, proof.Model);
        StateProof.Write(writer, proof.Inclusion);
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
            BlockCodec.ReadHeader(ref reader), QuorumCertificate.Read(ref reader),
            RecordCodec.ReadFinalModel(ref reader), StateProof.Read(ref reader));
        fault = reader.Finish() ? null : "damaged model proof: " + reader.Fault;
        return fault is null ? proof : null;
    }
}
