using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a round record, as part of a run's digest. Only its beginning is read again, by
/// <see cref="RoundProof"/>.</summary>
internal static class RoundRecordCodec
{
    private const int ReasonBytesMax = 64 * 1024;

    public static void Write(CanonicalWriter writer, RoundRecord record)
    {
        writer.Int32(record.Number).Digest(record.ModelBefore).List(record.Outcomes, WriteOutcome);
        RunStateCodec.WriteOptional(writer, record.Model);
        writer.Bool(record.KeptOldModel);
        RunStateCodec.WriteIds(writer, record.VerifiedBy);
        writer.Bool(record.Metrics is not null);
        if (record.Metrics is not null)
        {
            RecordCodec.Write(writer, record.Metrics);
        }

        writer.List(record.Times, (w, t) => w.Text(t.Phase).Int64(t.Since.UnixMs).Int64(t.Milliseconds));
        RecordCodec.Write(writer, record.CheckCost);
        RecordCodec.Write(writer, record.AggregateCost);
        PhaseCodec.WriteVotes(writer, record.VerdictVotes, RecordCodec.Write);
        PhaseCodec.WriteVotes(writer, record.ModelVotes, RecordCodec.Write);
        writer.List(record.FailedAttempts, WriteFailure);
        RunStateCodec.WriteIds(writer, record.Checked);
        writer.Bool(record.Reference is not null);
        if (record.Reference is not null)
        {
            RecordCodec.Write(writer, record.Reference);
        }

        writer.Bool(record.AggregateRefused);
    }

    /// <summary>Number, model before, outcomes: the fields that <see cref="Write"/> puts first.</summary>
    public static ProvenRound ReadBeginning(ref CanonicalReader reader) => new(
        reader.Int32(), reader.Digest(),
        reader.List(RunPlan.HospitalsMax, (ref CanonicalReader r) => ReadOutcome(ref r)));

    private static ProvenVerdict ReadOutcome(ref CanonicalReader r)
    {
        var hospital = new MemberId(r.UInt32());
        var verdict = r.Enum<Verdict>();
        if (r.Bool())
        {
            r.UInt32();
            RecordCodec.ReadShares(ref r);
            r.Int32();
            r.Int64();
            r.Int32();
        }

        return new ProvenVerdict(hospital, verdict, r.Text(ReasonBytesMax));
    }

    private static void WriteOutcome(CanonicalWriter writer, HospitalOutcome outcome)
    {
        writer.UInt32(outcome.Hospital.Value).Byte((byte)outcome.Verdict).Bool(outcome.Commitment is not null);
        if (outcome.Commitment is not null)
        {
            RecordCodec.Write(writer, outcome.Commitment);
        }

        writer.Text(outcome.Reason);
    }

    private static void WriteFailure(CanonicalWriter writer, FailedAttempt failure)
    {
        writer.Text(failure.Phase).Int32(failure.Attempt);
        RunStateCodec.WriteIds(writer, failure.AbortedBy);
        writer.Text(failure.Reason);
    }
}
