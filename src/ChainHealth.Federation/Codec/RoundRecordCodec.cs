using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a round record, written only, as part of a run's digest.</summary>
internal static class RoundRecordCodec
{
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
