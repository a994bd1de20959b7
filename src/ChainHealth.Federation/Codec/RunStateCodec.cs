using System.Runtime.CompilerServices;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>A run as one digest, for the state root (LEDGER.md, "State root"). It covers every field: the plan through
/// its hash, each round record and the list of models through digests of their own, which stay with the immutable
/// objects, so that a change costs the current round and not the whole history.</summary>
public static class RunStateCodec
{
    private static readonly ConditionalWeakTable<RunState, object> Runs = [];
    private static readonly ConditionalWeakTable<RoundRecord, object> Records = [];
    private static readonly ConditionalWeakTable<FinalModel, object> Models = [];

    public static Digest HashOf(RunState run) => (Digest)Runs.GetValue(run, static r => Hash("run", r, Write));

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

    private static void Write(CanonicalWriter writer, RunState run)
    {
        writer.UInt32(run.Id.Value).UInt32(run.Provider.Value).Digest(run.PlanHash);
        PhaseCodec.Write(writer, run.Phase);
        WriteIds(writer, run.Participants);
        PhaseCodec.WriteOptional(writer, run.Pool);
        writer.Int32(run.Round).Digest(run.Model)
            .List(run.Records, (w, record) => w.Digest(HashOf(record)))
            .List(run.Models, (w, model) => w.Digest(HashOf(model)));
    }
}
