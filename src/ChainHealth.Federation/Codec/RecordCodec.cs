using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of what members commit to and vote on (WIRE.md, "Round records").</summary>
public static class RecordCodec
{
    public static void Write(CanonicalWriter writer, ShareHashes shares) =>
        writer.Digest(shares.H0).Digest(shares.H1).Digest(shares.H2).Digest(shares.H3);

    public static ShareHashes ReadShares(ref CanonicalReader reader) =>
        new(reader.Digest(), reader.Digest(), reader.Digest(), reader.Digest());

    public static void Write(CanonicalWriter writer, PoolCommitment pool)
    {
        Write(writer, pool.Shares);
        writer.Int32(pool.Records).Int64(pool.PackageBytes);
    }

    public static PoolCommitment ReadPool(ref CanonicalReader reader) =>
        new(ReadShares(ref reader), reader.Int32(), reader.Int64());

    public static void Write(CanonicalWriter writer, UpdateCommitment update)
    {
        writer.UInt32(update.Hospital.Value);
        Write(writer, update.Shares);
        writer.Int32(update.Samples).Int64(update.PackageBytes).Int32(update.Order);
    }

    internal static UpdateCommitment ReadUpdate(ref CanonicalReader reader)
    {
        var hospital = new MemberId(reader.UInt32());
        return new UpdateCommitment(hospital, ReadShares(ref reader), reader.Int32(), reader.Int64())
        {
            Order = reader.Int32(),
        };
    }

    public static void Write(CanonicalWriter writer, ReferenceCommitment reference)
    {
        Write(writer, reference.Shares);
        writer.Int64(reference.PackageBytes).List(reference.AttestedBy, RunPlanCodec.WriteId);
    }

    internal static ReferenceCommitment ReadReference(ref CanonicalReader reader) =>
        new(ReadShares(ref reader), reader.Int64(), RunCodec.ReadIds(ref reader));

    public static void Write(CanonicalWriter writer, JobCost cost) =>
        writer.Int64(cost.BytesSent).Int32(cost.Exchanges).Int32(cost.Milliseconds);

    public static JobCost ReadCost(ref CanonicalReader reader) =>
        new(reader.Int64(), reader.Int32(), reader.Int32());

    public static void Write(CanonicalWriter writer, VerdictVote vote)
    {
        writer.Int32(vote.Attempt).UInt64((ulong)(vote.AcceptedBits & ulong.MaxValue))
            .UInt64((ulong)(vote.AcceptedBits >> 64)).Digest(vote.Transcript);
        Write(writer, vote.Cost);
    }

    public static VerdictVote ReadVerdictVote(ref CanonicalReader reader)
    {
        int attempt = reader.Int32();
        ulong low = reader.UInt64();
        return new VerdictVote(attempt, new UInt128(reader.UInt64(), low), reader.Digest(), ReadCost(ref reader));
    }

    public static void Write(CanonicalWriter writer, ModelVote vote)
    {
        writer.Int32(vote.Attempt).Digest(vote.Model).Bool(vote.AggregateRefused);
        Write(writer, vote.Cost);
    }

    public static ModelVote ReadModelVote(ref CanonicalReader reader)
    {
        (int attempt, Digest model, bool refused) = (reader.Int32(), reader.Digest(), reader.Bool());
        return new ModelVote(attempt, model, ReadCost(ref reader)) { AggregateRefused = refused };
    }

    public static void Write(CanonicalWriter writer, PublicMetrics metrics) => writer
        .Int32(metrics.Accuracy).List(metrics.Recalls, (w, recall) => w.Int32(recall)).Int32(metrics.AreaUnderCurve);

    public static PublicMetrics ReadMetrics(ref CanonicalReader reader) => new(
        reader.Int32(), reader.List(Architecture.ClassesMax, (ref CanonicalReader r) => r.Int32()), reader.Int32());

    public static void Write(CanonicalWriter writer, FinalModel model) => writer
        .UInt32(model.Run.Value).Int32(model.Round).Digest(model.Model).Digest(model.Architecture)
        .Int32(model.AcceptedUpdates);

    public static FinalModel ReadFinalModel(ref CanonicalReader reader) =>
        new(new RunId(reader.UInt32()), reader.Int32(), reader.Digest(), reader.Digest(), reader.Int32());
}
