using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of a plan (WIRE.md, "Plan"). What was decoded is of the right form; whether it is a sound
/// plan is for <see cref="PlanRules"/>.</summary>
public static class RunPlanCodec
{
    public const int NameBytesMax = 128;

    public static byte[] Encode(RunPlan plan)
    {
        var writer = new CanonicalWriter(1024);
        Write(writer, plan);
        return writer.ToArray();
    }

    /// <summary>What hospitals approve. Binds the chain, so that an approval is of no use on another one.</summary>
    public static Digest HashOf(Digest chain, RunPlan plan) => Digest.Of("plan", chain, Encode(plan));

    public static void Write(CanonicalWriter writer, RunPlan plan)
    {
        writer.Text(plan.Title).Text(plan.Dataset).List(plan.ClassNames, (w, name) => w.Text(name));
        ArchitectureCodec.Write(writer, plan.Architecture);
        writer.Byte((byte)plan.Format.FractionBits).UInt64(plan.InitialSeed).Int32(plan.Rounds)
            .Int32(plan.TargetAccuracy);
        WriteRecipe(writer, plan.Recipe);
        writer.List(plan.Hospitals, WriteId).Int32(plan.MinimumUpdates).List(plan.Committee, WriteId);
        WriteDeadlines(writer, plan.Deadlines);
        WritePolicy(writer, plan.Policy);
        writer.UInt32(plan.PoolContributor.Value).Bool(plan.Rehearsal);
    }

    /// <summary>Null where the bytes are no plan; the reader then holds the fault.</summary>
    public static RunPlan? Read(ref CanonicalReader reader)
    {
        string title = reader.Text(NameBytesMax);
        string dataset = reader.Text(NameBytesMax);
        ImmutableArray<string> classes =
            reader.List(Architecture.ClassesMax, (ref CanonicalReader r) => r.Text(NameBytesMax));
        Architecture? architecture = ArchitectureCodec.Read(ref reader);
        byte fraction = reader.Byte();
        if (fraction is < FixedPoint.FractionBitsMin or > FixedPoint.FractionBitsMax)
        {
            reader.Fail($"{fraction} fraction bits");
        }

        if (architecture is null || reader.Failed)
        {
            return null;
        }

        var plan = new RunPlan(
            title, dataset, classes, architecture, new FixedPoint(fraction), reader.UInt64(), reader.Int32(),
            reader.Int32(), ReadRecipe(ref reader), reader.List(RunPlan.HospitalsMax, ReadId), reader.Int32(),
            reader.List(RunPlan.CommitteeSize, ReadId), ReadDeadlines(ref reader), ReadPolicy(ref reader),
            ReadId(ref reader), reader.Bool());
        return reader.Failed ? null : plan;
    }

    internal static void WriteId(CanonicalWriter writer, MemberId member) => writer.UInt32(member.Value);

    internal static MemberId ReadId(ref CanonicalReader reader) => new(reader.UInt32());

    private static void WriteRecipe(CanonicalWriter writer, TrainingRecipe recipe) => writer
        .Int32(recipe.Epochs).Int32(recipe.BatchSize).Int32(recipe.LearningRateMicros).Int32(recipe.ClipNormMillis)
        .Bool(recipe.ClassWeighting).Bool(recipe.RestrictedSoftmax).Int32(recipe.ProximalMillis)
        .Int32(recipe.BalancedSteps).Int32(recipe.AnchorsPerClass).Digest(recipe.Anchors);

    private static TrainingRecipe ReadRecipe(ref CanonicalReader reader) => new(
        reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Bool(), reader.Bool(), reader.Int32())
    {
        BalancedSteps = reader.Int32(),
        AnchorsPerClass = reader.Int32(),
        Anchors = reader.Digest(),
    };

    private static void WriteDeadlines(CanonicalWriter writer, PhaseDeadlines deadlines) => writer
        .Int32(deadlines.ApprovalMs).Int32(deadlines.TrainMs).Int32(deadlines.AttestMs).Int32(deadlines.CheckMs)
        .Int32(deadlines.AggregateMs).Int32(deadlines.PublishMs);

    private static PhaseDeadlines ReadDeadlines(ref CanonicalReader reader) => new(
        reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32());

    private static void WritePolicy(CanonicalWriter writer, VerificationPolicy policy)
    {
        writer.Bool(policy.Enabled).Int32(policy.DrawSize).Int32(policy.AccuracyMargin).Int32(policy.AccuracyFloor)
            .Int32(policy.RecallMargin).Int32(policy.RecallFloor).Int32(policy.RefusalsMax)
            .Int32(policy.SuspensionRounds);
        CheckLimits limits = policy.Limits;
        writer.Int32(limits.NormMinMillis).Int32(limits.NormMaxMillis).Int32(limits.CosineMinPerMille)
            .Int32(limits.CosineFirstPerMille).Int32(limits.CosineSecondPerMille).Int32(limits.CosineThirdPerMille)
            .Int32(limits.DuplicateCosinePerMille).Int32(limits.PatchRecords).Int32(limits.PatchRushPerMille)
            .Int32(limits.LeaveOneOutRecords).Int32(limits.LeaveOneOutMarginPerMille)
            .Int32(limits.LeaveOneOutRecallMarginPerMille).Int32(limits.AggregateMarginPerMille);
    }

    private static VerificationPolicy ReadPolicy(ref CanonicalReader reader) => new(
        reader.Bool(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32())
    {
        RefusalsMax = reader.Int32(),
        SuspensionRounds = reader.Int32(),
        Limits = new CheckLimits
        {
            NormMinMillis = reader.Int32(),
            NormMaxMillis = reader.Int32(),
            CosineMinPerMille = reader.Int32(),
            CosineFirstPerMille = reader.Int32(),
            CosineSecondPerMille = reader.Int32(),
            CosineThirdPerMille = reader.Int32(),
            DuplicateCosinePerMille = reader.Int32(),
            PatchRecords = reader.Int32(),
            PatchRushPerMille = reader.Int32(),
            LeaveOneOutRecords = reader.Int32(),
            LeaveOneOutMarginPerMille = reader.Int32(),
            LeaveOneOutRecallMarginPerMille = reader.Int32(),
            AggregateMarginPerMille = reader.Int32(),
        },
    };
}
