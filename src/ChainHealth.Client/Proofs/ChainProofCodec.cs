using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A proof as bytes, on the wire and as a file (PROOFS.md): magic, version, header, certificate, kind of
/// claim, claim.</summary>
public static class ChainProofCodec
{
    public const ushort Version = 2;

    private const uint Magic = 0x4650_4843;

    private enum Form : byte
    {
        Transaction = 1,
        Verdict = 2,
        Model = 3,
        Member = 4,
        Anchor = 5,
    }

    public static byte[] Encode(ChainProof proof)
    {
        var writer = new CanonicalWriter(2048);
        BlockCodec.Write(writer.UInt32(Magic).UInt16(Version), proof.Header);
        QuorumCertificate.Write(writer, proof.Certificate);
        WriteClaim(writer, proof.Claim);
        return writer.ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no proof. Whether it proves anything is for
    /// <see cref="ProofVerifier"/> to say.</summary>
    public static ChainProof? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length > ClientLimits.ProofBytesMax)
        {
            fault = $"{bytes.Length} bytes; a proof has at most {ClientLimits.ProofBytesMax}";
            return null;
        }

        var reader = new CanonicalReader(bytes);
        if (reader.UInt32() != Magic)
        {
            fault = "not a proof file";
            return null;
        }

        ushort version = reader.UInt16();
        if (version != Version)
        {
            fault = $"proof file of version {version}; only {Version} is known here";
            return null;
        }

        BlockHeader header = BlockCodec.ReadHeader(ref reader);
        QuorumCertificate certificate = QuorumCertificate.Read(ref reader);
        ProofClaim? claim = ReadClaim(ref reader);
        fault = reader.Finish() && claim is not null ? null : "damaged proof file: " + (reader.Fault ?? "no claim");
        return fault is null ? new ChainProof(header, certificate, claim!) : null;
    }

    private static void WriteClaim(CanonicalWriter w, ProofClaim claim)
    {
        switch (claim)
        {
            case TransactionClaim c:
                MerkleProof.Write(w.Byte((byte)Form.Transaction).Bytes(c.Transaction.Bytes.Span), c.InBlock);
                break;
            case VerdictClaim c:
                RoundProof.Write(w.Byte((byte)Form.Verdict), c.Round);
                StateProof.Write(w, c.Inclusion);
                break;
            case ModelClaim c:
                RecordCodec.Write(w.Byte((byte)Form.Model), c.Model);
                StateProof.Write(w, c.Inclusion);
                break;
            case MemberClaim c:
                Member.Write(w.Byte((byte)Form.Member), c.Member);
                WriteSuspension(w, c.Suspension);
                StateProof.Write(w, c.Inclusion);
                break;
            case AnchorClaim c:
                AnchorCodec.Write(w.Byte((byte)Form.Anchor), c.Anchor);
                StateProof.Write(w, c.Inclusion);
                break;
            default:
                throw new ArgumentException($"unknown claim {claim.GetType().Name}", nameof(claim));
        }
    }

    private static ProofClaim? ReadClaim(ref CanonicalReader r) => r.Enum<Form>() switch
    {
        _ when r.Failed => null,
        Form.Transaction => ReadTransaction(ref r),
        Form.Verdict => new VerdictClaim(RoundProof.Read(ref r), StateProof.Read(ref r)),
        Form.Model => new ModelClaim(RecordCodec.ReadFinalModel(ref r), StateProof.Read(ref r)),
        Form.Member => new MemberClaim(Member.Read(ref r), ReadSuspension(ref r), StateProof.Read(ref r)),
        _ => new AnchorClaim(AnchorCodec.Read(ref r), StateProof.Read(ref r)),
    };

    private static TransactionClaim? ReadTransaction(ref CanonicalReader r)
    {
        ReadOnlySpan<byte> bytes = r.Bytes(SignedTransaction.BytesMax);
        MerkleProof path = MerkleProof.Read(ref r);
        SignedTransaction? transaction = r.Failed ? null : TransactionCodec.TryDecode(bytes, out string? fault);
        if (transaction is null)
        {
            r.Fail("the transaction cannot be read");
            return null;
        }

        return new TransactionClaim(transaction, path);
    }

    private static void WriteSuspension(CanonicalWriter w, Suspension? suspension)
    {
        w.Bool(suspension is not null);
        if (suspension is not null)
        {
            w.UInt64(suspension.Since.Value).Text(suspension.Reason);
        }
    }

    private static Suspension? ReadSuspension(ref CanonicalReader r) => r.Bool()
        ? new Suspension(new Height(r.UInt64()), r.Text(SuspendMemberBody.ReasonBytesMax)) : null;
}
