using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a round record: what a run's digest covers, and what a snapshot of the state holds.
/// A <see cref="RoundProof"/> reads the beginning alone.</summary>
internal static class RoundRecordCodec
{
    private const int ReasonBytesMax = 64 * 1024;
    private const int PhaseNameBytesMax = 32;
    private const int TimesMax = 64;
    private const int FailuresMax = 1024;

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

    /// <summary>The whole record; the reader holds the fault where the bytes are none.</summary>
    public static RoundRecord Read(ref CanonicalReader r)
    {
        (int number, Digest before) = (r.Int32(), r.Digest());
        ImmutableArray<HospitalOutcome> outcomes =
            r.List(RunPlan.HospitalsMax, (ref CanonicalReader x) => ReadWholeOutcome(ref x));
        Digest? model = r.Bool() ? r.Digest() : null;
        bool kept = r.Bool();
        ImmutableSortedSet<MemberId> verified = RunCodec.ReadIds(ref r);
        PublicMetrics? metrics = r.Bool() ? RecordCodec.ReadMetrics(ref r) : null;
        ImmutableArray<PhaseTime> times = r.List(
            TimesMax, (ref CanonicalReader x) =>
                new PhaseTime(x.Text(PhaseNameBytesMax), new Instant(x.Int64()), x.Int64()));
        return new RoundRecord(
            number, before, outcomes, model, kept, verified, metrics, times, RecordCodec.ReadCost(ref r),
            RecordCodec.ReadCost(ref r))
        {
            VerdictVotes = PhaseCodec.ReadVotes(
                ref r, (ref CanonicalReader x) => RecordCodec.ReadVerdictVote(ref x)),
            ModelVotes = PhaseCodec.ReadVotes(ref r, (ref CanonicalReader x) => RecordCodec.ReadModelVote(ref x)),
            FailedAttempts = r.List(FailuresMax, (ref CanonicalReader x) => ReadFailure(ref x)),
            Checked = [.. RunCodec.ReadIdList(ref r)],
            Reference = r.Bool() ? RecordCodec.ReadReference(ref r) : null,
            AggregateRefused = r.Bool(),
        };
    }

    private static ProvenVerdict ReadOutcome(ref CanonicalReader r)
    {
        HospitalOutcome outcome = ReadWholeOutcome(ref r);
        return new ProvenVerdict(outcome.Hospital, outcome.Verdict, outcome.Reason);
    }

    private static HospitalOutcome ReadWholeOutcome(ref CanonicalReader r) => new(
        new MemberId(r.UInt32()), r.Enum<Verdict>(), r.Bool() ? RecordCodec.ReadUpdate(ref r) : null,
        r.Text(ReasonBytesMax));

    private static FailedAttempt ReadFailure(ref CanonicalReader r) => new(
        r.Text(PhaseNameBytesMax), r.Int32(), RunCodec.ReadIdList(ref r), r.Text(ReasonBytesMax));

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
