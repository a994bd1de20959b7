using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a phase, written only, as part of a run's digest.</summary>
internal static class PhaseCodec
{
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
