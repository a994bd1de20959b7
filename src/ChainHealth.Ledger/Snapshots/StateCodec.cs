using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Everything that a state holds beside what its block's header names, as canonical bytes (WIRE.md,
/// "Snapshot"). Reading back does not judge: whoever reads compares <see cref="LedgerState.Root"/> with a certified
/// header, and the root covers every field.</summary>
internal static class StateCodec
{
    private const int ItemsMax = 16 * 1024 * 1024;

    public static void Write(CanonicalWriter writer, LedgerState state)
    {
        writer.UInt64(state.TransactionCount)
            .List(state.Members, (w, m) => WriteMember(w, m.Value, state.Suspensions.GetValueOrDefault(m.Key)))
            .List(state.Nonces, (w, n) => w.UInt32(n.Key.Value).UInt64(n.Value))
            .List(state.Motions.Open, (w, m) => WriteMotion(w, m.Value))
            .List(state.Motions.Scheduled, BodyCodec.Write)
            .List(state.Runs, (w, r) => RunCodec.Write(w, r.Value))
            .List(state.FinalModels, RecordCodec.Write)
            .List(state.Evidence, ContradictionCodec.Write)
            .List([.. state.Anchors.Values.SelectMany(a => a)], AnchorCodec.Write);
    }

    /// <summary>The state after the block of this header; the reader holds the fault where the bytes are none.
    /// </summary>
    public static LedgerState Read(ref CanonicalReader reader, BlockHeader header)
    {
        ulong transactions = reader.UInt64();
        var members = reader.List(ItemsMax, (ref CanonicalReader r) => ReadMember(ref r));
        var nonces = reader.List(
            ItemsMax, (ref CanonicalReader r) => KeyValuePair.Create(new MemberId(r.UInt32()), r.UInt64()));
        var open = reader.List(ItemsMax, (ref CanonicalReader r) => ReadMotion(ref r));
        var scheduled = reader.List(ItemsMax, (ref CanonicalReader r) => ReadAct(ref r));
        var runs = reader.List(
            ItemsMax, (ref CanonicalReader r) => RunCodec.Read(ref r, header.Chain)!);
        var models = reader.List(ItemsMax, (ref CanonicalReader r) => RecordCodec.ReadFinalModel(ref r));
        var evidence = reader.List(ItemsMax, (ref CanonicalReader r) => ContradictionCodec.ReadEvidence(ref r));
        var anchors = reader.List(ItemsMax, (ref CanonicalReader r) => AnchorCodec.Read(ref r));
        if (reader.Failed)
        {
            return Empty(header);
        }

        return Empty(header) with
        {
            TransactionCount = transactions,
            Members = Table(members, m => m.Member.Id, m => m.Member),
            Suspensions = Table(members.Where(m => m.Suspension is not null), m => m.Member.Id, m => m.Suspension!),
            Nonces = Table(nonces, n => n.Key, n => n.Value),
            Motions = new MotionTable(Table(open, m => MotionRules.KeyOf(m.Act), m => m), scheduled),
            Runs = Table(runs, r => r.Id, r => r),
            OpenRuns = [.. runs.Where(r => !r.Ended).Select(r => r.Id)],
            FinalModels = models,
            Evidence = evidence,
            Anchors = Table(anchors.GroupBy(a => a.Member), g => g.Key, g => g.ToImmutableArray()),
        };
    }

    private static LedgerState Empty(BlockHeader header) => new()
    {
        Chain = header.Chain,
        Height = header.Height,
        Tip = header.Hash(),
        Time = header.Time,
        Members = ImmutableSortedDictionary<MemberId, Member>.Empty,
        Nonces = ImmutableSortedDictionary<MemberId, ulong>.Empty,
        Runs = ImmutableSortedDictionary<RunId, RunState>.Empty,
        TransactionCount = 0,
    };

    /// <summary>Of two entries with one key the last one counts; then the bytes are no longer those that it is written
    /// as, which <see cref="SnapshotCodec"/> refuses.</summary>
    private static ImmutableSortedDictionary<TKey, TValue> Table<T, TKey, TValue>(
        IEnumerable<T> items, Func<T, TKey> key, Func<T, TValue> value)
        where TKey : notnull
    {
        var table = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>();
        foreach (T item in items)
        {
            table[key(item)] = value(item);
        }

        return table.ToImmutable();
    }

    private static void WriteMember(CanonicalWriter writer, Member member, Suspension? suspension)
    {
        Member.Write(writer, member);
        writer.Bool(suspension is not null);
        if (suspension is not null)
        {
            writer.UInt64(suspension.Since.Value).Text(suspension.Reason);
        }
    }

    private static (Member Member, Suspension? Suspension) ReadMember(ref CanonicalReader reader)
    {
        Member member = Member.Read(ref reader);
        return (member, reader.Bool()
            ? new Suspension(new Height(reader.UInt64()), reader.Text(SuspendMemberBody.ReasonBytesMax)) : null);
    }

    private static void WriteMotion(CanonicalWriter writer, Motion motion)
    {
        BodyCodec.Write(writer, motion.Act);
        writer.UInt32(motion.OpenedBy.Value).UInt64(motion.OpenedAt.Value)
            .List(motion.Voters, (w, v) => w.UInt32(v.Value));
    }

    private static Motion ReadMotion(ref CanonicalReader reader) => new(
        ReadAct(ref reader), new MemberId(reader.UInt32()), new Height(reader.UInt64()),
        [.. reader.List(Quorum.MembersMax, (ref CanonicalReader r) => new MemberId(r.UInt32()))]);

    private static TransactionBody ReadAct(ref CanonicalReader reader)
    {
        TransactionBody? act = BodyCodec.Read(ref reader);
        if (act is null)
        {
            reader.Fail("an act that cannot be read");
        }

        return act!;
    }
}
