using System.Runtime.CompilerServices;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>A run as one digest, for the state root (LEDGER.md, "State root"). It covers every field: the plan through
/// its hash, round records and models through Merkle trees over digests of their own, which stay with the immutable
/// objects, so that a change costs the current round and two small trees. One round can be shown without the rest
/// (<see cref="RoundProof"/>).</summary>
public static class RunStateCodec
{
    private static readonly ConditionalWeakTable<RunState, object> Runs = [];
    private static readonly ConditionalWeakTable<RoundRecord, object> Records = [];
    private static readonly ConditionalWeakTable<FinalModel, object> Models = [];

    public static Digest HashOf(RunState run) => (Digest)Runs.GetValue(
        run, static r => HashOf(r.Id, HeadOf(r), MerkleTree.Root(RecordLeaves(r)), ModelsRoot(r)));

    public static Digest HashOf(RoundRecord record) =>
        (Digest)Records.GetValue(record, static r => Hash("round", r, RoundRecordCodec.Write));

    public static Digest HashOf(FinalModel model) =>
        (Digest)Models.GetValue(model, static m => Hash("final-model", m, RecordCodec.Write));

    internal static void WriteIds(CanonicalWriter writer, IReadOnlyCollection<MemberId> members) =>
        writer.List(members, RunPlanCodec.WriteId);

    internal static void WriteOptional(CanonicalWriter writer, Digest? digest)
    {
        writer.Bool(digest is not null);
        if (digest is { } value)
        {
            writer.Digest(value);
        }
    }

    private static object Hash<T>(string tag, T value, Action<CanonicalWriter, T> write)
    {
        var writer = new CanonicalWriter(1024);
        write(writer, value);
        return Digest.Of(tag, default, writer.Written);
    }

    /// <summary>The digest of a run from its parts.</summary>
    internal static Digest HashOf(RunId id, Digest head, Digest records, Digest models)
    {
        var writer = new CanonicalWriter(128);
        writer.UInt32(id.Value).Digest(head).Digest(records).Digest(models);
        return Digest.Of("run", default, writer.Written);
    }

    /// <summary>Everything but the records and the models.</summary>
    internal static Digest HeadOf(RunState run) => (Digest)Hash("run-head", run, WriteHead);

    internal static Digest[] RecordLeaves(RunState run) => [.. run.Records.Select(HashOf)];

    internal static Digest ModelsRoot(RunState run) =>
        MerkleTree.Root(run.Models.Select(HashOf).ToArray());

    internal static void WriteHead(CanonicalWriter writer, RunState run)
    {
        writer.UInt32(run.Provider.Value).Digest(run.PlanHash);
        PhaseCodec.Write(writer, run.Phase);
        DisputeCodec.Write(writer, run.Standing);
        WriteIds(writer, run.Participants);
        PhaseCodec.WriteOptional(writer, run.Pool);
        writer.Int32(run.Round).Digest(run.Model);
        writer.List(run.Earlier, static (w, e) =>
            w.UInt32(e.Key.Value).Int32(e.Value.Refusals).Int32(e.Value.SuspendedRounds));
    }
}
