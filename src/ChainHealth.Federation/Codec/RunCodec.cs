using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>A whole run as bytes, for snapshots of the state (WIRE.md, "Snapshot"). Its parts are encoded as for the
/// run's digest, so what is read back has that digest again or is a fault.</summary>
public static class RunCodec
{
    /// <summary>Entries of any list by member.</summary>
    internal const int MembersMax = 65_536;

    private const int RoundsMax = 1_000_000;

    public static void Write(CanonicalWriter writer, RunState run)
    {
        writer.UInt32(run.Id.Value);
        RunPlanCodec.Write(writer, run.Plan);
        RunStateCodec.WriteHead(writer, run);
        writer.List(run.Records, RoundRecordCodec.Write).List(run.Models, RecordCodec.Write);
    }

    /// <summary>Null where the bytes are no run; the reader then holds the fault. That the plan has the hash that the
    /// run names is for the caller's comparison of roots, and for <paramref name="chain"/>.</summary>
    public static RunState? Read(ref CanonicalReader reader, Digest chain)
    {
        var id = new RunId(reader.UInt32());
        RunPlan? plan = RunPlanCodec.Read(ref reader);
        (var provider, Digest planHash) = (new MemberId(reader.UInt32()), reader.Digest());
        Phase? phase = PhaseCodec.Read(ref reader);
        CommitteeStanding standing = DisputeCodec.ReadStanding(ref reader);
        ImmutableSortedSet<MemberId> participants = ReadIds(ref reader);
        PoolCommitment? pool = PhaseCodec.ReadOptional(ref reader);
        (int round, Digest model) = (reader.Int32(), reader.Digest());
        ImmutableSortedDictionary<MemberId, History> earlier = ReadHistories(ref reader);
        ImmutableArray<RoundRecord> records =
            reader.List(RoundsMax, (ref CanonicalReader r) => RoundRecordCodec.Read(ref r));
        ImmutableArray<FinalModel> models =
            reader.List(RoundsMax, (ref CanonicalReader r) => RecordCodec.ReadFinalModel(ref r));
        if (plan is null || phase is null || reader.Failed)
        {
            return null;
        }

        if (RunPlanCodec.HashOf(chain, plan) != planHash)
        {
            reader.Fail($"the plan of {id} has another hash than the run names");
            return null;
        }

        return new RunState(id, provider, plan, planHash, phase, participants, pool, round, model, records, models)
        {
            Standing = standing,
            Earlier = earlier,
        };
    }

    private static ImmutableSortedDictionary<MemberId, History> ReadHistories(ref CanonicalReader reader)
    {
        ImmutableArray<(MemberId Hospital, History History)> entries = reader.List(MembersMax,
            (ref CanonicalReader r) => (new MemberId(r.UInt32()), new History(r.Int32(), r.Int32())));
        ImmutableArray<MemberId> ids = [.. entries.Select(e => e.Hospital)];
        RequireAscending(ref reader, ids);
        return reader.Failed ? ImmutableSortedDictionary<MemberId, History>.Empty
            : entries.ToImmutableSortedDictionary(e => e.Hospital, e => e.History);
    }

    /// <summary>Members in ascending order; another order is a fault, so that a set has one encoding.</summary>
    internal static ImmutableSortedSet<MemberId> ReadIds(ref CanonicalReader reader)
    {
        ImmutableArray<MemberId> ids = ReadIdList(ref reader);
        RequireAscending(ref reader, ids);
        return [.. ids];
    }

    internal static ImmutableArray<MemberId> ReadIdList(ref CanonicalReader reader) =>
        reader.List(MembersMax, (ref CanonicalReader r) => new MemberId(r.UInt32()));

    internal static Instant? ReadOptionalInstant(ref CanonicalReader reader)
    {
        (bool isThere, long unixMs) = (reader.Bool(), reader.Int64());
        if (!isThere && unixMs != 0)
        {
            reader.Fail("a time that is not there has a value");
        }

        return isThere ? new Instant(unixMs) : null;
    }

    internal static void RequireAscending(ref CanonicalReader reader, ImmutableArray<MemberId> ids)
    {
        for (int i = 1; i < ids.Length; i++)
        {
            if (ids[i - 1].CompareTo(ids[i]) >= 0)
            {
                reader.Fail("members are not in ascending order");
                return;
            }
        }
    }
}
