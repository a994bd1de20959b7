using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of contradictions and of recorded evidence (WIRE.md, "Evidence").</summary>
public static class ContradictionCodec
{
    private const int KindOffset = Digest.Bytes + sizeof(uint) + sizeof(ulong);

    private enum Form : byte
    {
        Votes = 1,
        JobResults = 2,
        FalseCertificate = 3,
    }

    public static void Write(CanonicalWriter w, Contradiction contradiction)
    {
        switch (contradiction)
        {
            case VoteContradiction v:
                w.Byte((byte)Form.Votes).UInt32(v.Epoch.Value).UInt64(v.Height.Value).UInt64(v.View.Value)
                    .Byte((byte)v.Phase).Byte(v.Signer.Value)
                    .Digest(v.First.Block).Signature(v.First.Signature)
                    .Digest(v.Second.Block).Signature(v.Second.Signature);
                break;
            case JobContradiction j:
                w.Byte((byte)Form.JobResults).Bytes(j.First.Bytes.Span).Bytes(j.Second.Bytes.Span);
                break;
            case FalseCertificate f:
                w.Byte((byte)Form.FalseCertificate).UInt32(f.Epoch.Value).Bytes(f.ViewChange.Span).Int32(f.Index)
                    .Signature(f.Signature);
                break;
            default:
                throw new ArgumentException(
                    $"unknown contradiction {contradiction.GetType().Name}", nameof(contradiction));
        }
    }

    /// <summary>Null where the reader then holds the fault.</summary>
    public static Contradiction? Read(ref CanonicalReader r)
    {
        Form form = r.Enum<Form>();
        Contradiction contradiction = form switch
        {
            Form.JobResults => new JobContradiction(ReadTransaction(ref r), ReadTransaction(ref r)),
            Form.FalseCertificate => new FalseCertificate(
                new Epoch(r.UInt32()), new ByteString(r.Bytes(FalseCertificate.ViewChangeBytesMax).ToArray()),
                r.Int32(), r.Signature()),
            _ => new VoteContradiction(
                new Epoch(r.UInt32()), new Height(r.UInt64()), new View(r.UInt64()), r.Enum<VotePhase>(),
                new ReplicaId(r.Byte()), new SignedVote(r.Digest(), r.Signature()),
                new SignedVote(r.Digest(), r.Signature())),
        };
        return r.Failed ? null : contradiction;
    }

    public static Digest HashOf(Evidence evidence)
    {
        var writer = new CanonicalWriter(512);
        Write(writer, evidence);
        return Digest.Of("evidence", default, writer.Written);
    }

    internal static void Write(CanonicalWriter writer, Evidence e)
    {
        writer.Int32(e.Number).UInt32(e.Culprit.Value).UInt32(e.Reporter.Value).UInt64(e.Height.Value)
            .Int64(e.Time.UnixMs);
        Write(writer, e.Contradiction);
    }

    internal static Evidence ReadEvidence(ref CanonicalReader r) => new(
        r.Int32(), new MemberId(r.UInt32()), new MemberId(r.UInt32()), new Height(r.UInt64()), new Instant(r.Int64()),
        Read(ref r)!);

    /// <summary>Only job results may stand here, so that no evidence nests in evidence.</summary>
    private static SignedTransaction ReadTransaction(ref CanonicalReader r)
    {
        ReadOnlySpan<byte> bytes = r.Bytes(JobContradiction.TransactionBytesMax);
        if (r.Failed)
        {
            return null!;
        }

        string? fault = bytes.Length <= KindOffset
            || (TransactionKind)bytes[KindOffset] is not (TransactionKind.CastVerdict or TransactionKind.CastModel)
                ? "evidence: neither a verdict vote nor a model vote" : null;
        SignedTransaction? signed = fault is null ? TransactionCodec.TryDecode(bytes, out fault) : null;
        if (signed is null)
        {
            r.Fail(fault!);
        }

        return signed!;
    }
}
