using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a phase: what a run's digest covers, and what a snapshot of the state
/// holds.</summary>
internal static class PhaseCodec
{
    private const int NameBytesMax = 32;
    private const int ReasonBytesMax = 64 * 1024;

    public static void Write(CanonicalWriter writer, Phase phase)
    {
        writer.Text(phase.Name).Int64(phase.Since.UnixMs).Bool(phase.Deadline is not null)
            .Int64(phase.Deadline?.UnixMs ?? 0);
        switch (phase)
        {
            case ApprovalPhase p:
                RunStateCodec.WriteIds(writer, p.Approved);
                WriteOptional(writer, p.Pool);
                RunStateCodec.WriteIds(writer, p.PoolAttestedBy);
                break;
            case TrainPhase p:
                Write(writer, p.Commitments);
                break;
            case AttestPhase p:
                Write(writer, p.Commitments);
                writer.List(p.Attested, (w, a) => RunStateCodec.WriteIds(w.UInt32(a.Key.Value), a.Value));
                break;
            case CheckPhase p:
                Write(writer.Int32(p.Attempt), p.Commitments);
                WriteVotes(writer, p.Votes, RecordCodec.Write);
                RunStateCodec.WriteIds(writer, p.Aborted);
                DisputeCodec.Write(writer, p.Dispute);
                writer.Bool(p.Earlier is not null);
                DisputeCodec.Write(writer, p.Earlier ?? 0);
                break;
            case AggregatePhase p:
                Write(writer.Int32(p.Attempt), p.Accepted);
                WriteVotes(writer, p.Votes, RecordCodec.Write);
                RunStateCodec.WriteIds(writer, p.Aborted);
                DisputeCodec.Write(writer, p.Dispute);
                break;
            case PublishPhase:
                break;
            case EndedPhase p:
                writer.Byte((byte)p.End).Text(p.Reason);
                break;
            default:
                throw new ArgumentException($"unknown phase {phase.Name}", nameof(phase));
        }
    }

    /// <summary>Null where the bytes are no phase; the reader then holds the fault.</summary>
    public static Phase? Read(ref CanonicalReader r)
    {
        string name = r.Text(NameBytesMax);
        var since = new Instant(r.Int64());
        Instant? deadline = RunCodec.ReadOptionalInstant(ref r);
        Phase? phase = name switch
        {
            "approve" => new ApprovalPhase(
                since, deadline, RunCodec.ReadIds(ref r), ReadOptional(ref r), RunCodec.ReadIds(ref r)),
            "train" => new TrainPhase(since, deadline, ReadCommitments(ref r)),
            "commit" => new AttestPhase(
                since, deadline, ReadCommitments(ref r),
                ReadVotes(ref r, (ref CanonicalReader x) => RunCodec.ReadIds(ref x))),
            "check" => ReadCheck(ref r, since, deadline),
            "aggregate" => new AggregatePhase(
                since, deadline, r.Int32(), ReadCommitments(ref r),
                ReadVotes(ref r, (ref CanonicalReader x) => RecordCodec.ReadModelVote(ref x)),
                RunCodec.ReadIds(ref r)) { Dispute = DisputeCodec.ReadDispute(ref r) },
            "publish" => new PublishPhase(since, deadline),
            "ended" => new EndedPhase(since, r.Enum<RunEnd>(), r.Text(ReasonBytesMax)),
            _ => null,
        };
        if (phase is null || (phase is EndedPhase && deadline is not null))
        {
            r.Fail($"'{name}' is no phase of this form");
        }

        return r.Failed ? null : phase;
    }

    public static PoolCommitment? ReadOptional(ref CanonicalReader r) =>
        r.Bool() ? RecordCodec.ReadPool(ref r) : null;

    /// <summary>Values by member, ascending; another order is a fault.</summary>
    public static ImmutableSortedDictionary<MemberId, T> ReadVotes<T>(
        ref CanonicalReader reader, CanonicalReader.ReadItem<T> read)
    {
        ImmutableArray<(MemberId Member, T Value)> items = reader.List(
            RunCodec.MembersMax, (ref CanonicalReader r) => (new MemberId(r.UInt32()), read(ref r)));
        RunCodec.RequireAscending(ref reader, [.. items.Select(i => i.Member)]);
        return reader.Failed
            ? ImmutableSortedDictionary<MemberId, T>.Empty
            : items.ToImmutableSortedDictionary(i => i.Member, i => i.Value);
    }

    private static CheckPhase ReadCheck(ref CanonicalReader r, Instant since, Instant? deadline)
    {
        var phase = new CheckPhase(
            since, deadline, r.Int32(), ReadCommitments(ref r),
            ReadVotes(ref r, (ref CanonicalReader x) => RecordCodec.ReadVerdictVote(ref x)), RunCodec.ReadIds(ref r))
        {
            Dispute = DisputeCodec.ReadDispute(ref r),
        };
        bool hasEarlier = r.Bool();
        ulong low = r.UInt64();
        var bits = new UInt128(r.UInt64(), low);
        return hasEarlier ? phase with { Earlier = bits } : phase;
    }

    private static ImmutableSortedDictionary<MemberId, UpdateCommitment> ReadCommitments(ref CanonicalReader reader)
    {
        ImmutableArray<UpdateCommitment> items = reader.List(
            RunPlan.HospitalsMax, (ref CanonicalReader r) => RecordCodec.ReadUpdate(ref r));
        RunCodec.RequireAscending(ref reader, [.. items.Select(i => i.Hospital)]);
        return reader.Failed
            ? ImmutableSortedDictionary<MemberId, UpdateCommitment>.Empty
            : items.ToImmutableSortedDictionary(u => u.Hospital, u => u);
    }

    public static void WriteOptional(CanonicalWriter writer, PoolCommitment? pool)
    {
        writer.Bool(pool is not null);
        if (pool is not null)
        {
            RecordCodec.Write(writer, pool);
        }
    }

    public static void WriteVotes<TVote>(
        CanonicalWriter writer, ImmutableSortedDictionary<MemberId, TVote> votes, Action<CanonicalWriter, TVote> write)
    {
        writer.UInt32((uint)votes.Count);
        foreach ((MemberId member, TVote vote) in votes)
        {
            write(writer.UInt32(member.Value), vote);
        }
    }

    private static void Write(
        CanonicalWriter writer, ImmutableSortedDictionary<MemberId, UpdateCommitment> commitments) =>
        writer.List(commitments, (w, c) => RecordCodec.Write(w, c.Value));
}
