using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>A hospital's verdict as a round record states it.</summary>
public sealed record ProvenVerdict(MemberId Hospital, Verdict Verdict, string Reason);

/// <summary>The beginning of a round record: what a verdict proof is about.</summary>
public sealed record ProvenRound(int Number, Digest ModelBefore, IReadOnlyList<ProvenVerdict> Verdicts);

/// <summary>Shows one round record of a run under the run's digest, without the rest of the run.</summary>
/// <param name="Record">Canonical bytes of the record (WIRE.md, "round record").</param>
/// <param name="Head">Digest of everything but records and models.</param>
public sealed record RoundProof(
    RunId Run, ByteString Record, MerkleProof InRecords, Digest RecordsRoot, Digest Head, Digest ModelsRoot)
{
    /// <summary>Canonical bytes of one record, at most.</summary>
    public const int RecordBytesMax = 256 * 1024;

    /// <summary>Null where the run has no such round.</summary>
    public static RoundProof? Prove(RunState run, int round)
    {
        int index = run.Records.Select(r => r.Number).ToList().IndexOf(round);
        if (index < 0)
        {
            return null;
        }

        Digest[] leaves = RunStateCodec.RecordLeaves(run);
        var writer = new CanonicalWriter(1024);
        RoundRecordCodec.Write(writer, run.Records[index]);
        return new RoundProof(
            run.Id, new ByteString(writer.ToArray()), MerkleTree.Prove(leaves, index), MerkleTree.Root(leaves),
            RunStateCodec.HeadOf(run), RunStateCodec.ModelsRoot(run));
    }

    /// <summary>The digest of the run that holds this record; null where the record does not stand in it.</summary>
    public Digest? RunDigest() => InRecords.Verify(RecordsRoot, Digest.Of("round", default, Record.Span))
        ? RunStateCodec.HashOf(Run, Head, RecordsRoot, ModelsRoot) : null;

    /// <summary>Null, with the reason, where the bytes are no round record.</summary>
    public ProvenRound? Read(out string? fault)
    {
        var reader = new CanonicalReader(Record.Span);
        ProvenRound round = RoundRecordCodec.ReadBeginning(ref reader);
        fault = reader.Failed ? "round record: " + reader.Fault : null;
        return fault is null ? round : null;
    }

    public static void Write(CanonicalWriter writer, RoundProof proof)
    {
        writer.UInt32(proof.Run.Value).Bytes(proof.Record.Span);
        MerkleProof.Write(writer, proof.InRecords);
        writer.Digest(proof.RecordsRoot).Digest(proof.Head).Digest(proof.ModelsRoot);
    }

    public static RoundProof Read(ref CanonicalReader reader) => new(
        new RunId(reader.UInt32()), new ByteString(reader.Bytes(RecordBytesMax).ToArray()),
        MerkleProof.Read(ref reader), reader.Digest(), reader.Digest(), reader.Digest());
}
