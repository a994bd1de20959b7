using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>What the committee asks of an update, in whole per mille of the pool's records. A hospital's model must
/// reach both the floor and the current global model's figure minus the margin. The margins on recall are wide because
/// the untrained model of round 1 may call everything one class, whose recall is then 1000 by chance.</summary>
/// <param name="AccuracyMargin">Below the global model's accuracy by at most this much.</param>
/// <param name="AccuracyFloor">And at least this accuracy.</param>
/// <param name="RecallMargin">The same for the recall of each class; 1000 asks nothing.</param>
/// <param name="RecallFloor">The same for the recall of each class; 0 asks nothing.</param>
public sealed record VerificationDefaults(int AccuracyMargin, int AccuracyFloor, int RecallMargin, int RecallFloor)
{
    /// <summary>Of the other checks.</summary>
    public CheckLimits Limits { get; init; } = CheckLimits.Off;

    /// <summary>So many refusals suspend a hospital; 0 = never.</summary>
    public int RefusalsMax { get; init; }

    /// <summary>For so many rounds.</summary>
    public int SuspensionRounds { get; init; }
}

/// <summary>Plan of a run for one data set: what trains well in seconds with five hospitals, and margins and floors
/// that lie between the honest hospitals and the label flippers of a dozen trial runs, first round included.</summary>
public sealed record TrainingDefaults(string Model, TrainingOptions Options, VerificationDefaults Verification)
{
    private const int MarginUnknown = 200;
    private const int ChancePerMille = 1200;

    // Beside accuracy and recall. The largest norm is the clip norm; the rest leaves honest hospitals of the trial runs
    // ample room. Patches and leave-one-out take a quarter of the draw each, so that all checks together stay within
    // twice the time of accuracy and recall alone.
    private static readonly CheckLimits TableLimits = new()
    {
        NormMinMillis = 20,
        NormMaxMillis = 10_000,
        CosineMinPerMille = -300,
        DuplicateCosinePerMille = 995,
        LeaveOneOutRecords = 32,
        LeaveOneOutMarginPerMille = 200,
        AggregateMarginPerMille = 100,
    };

    private static readonly CheckLimits ImageLimits = TableLimits with
    {
        PatchRecords = 32,
        PatchRushPerMille = 700,
    };

    private static readonly TrainingOptions Tables = new() { Epochs = 10, BatchSize = 16, LearningRate = 5e-3 };
    private static readonly TrainingOptions Images = new() { Epochs = 3, BatchSize = 32, LearningRate = 1e-3 };

    private static readonly ImmutableDictionary<string, TrainingDefaults> Known =
        new Dictionary<string, TrainingDefaults>
        {
            ["wdbc"] = new("mlp", Tables, new VerificationDefaults(100, 850, 200, 700)),
            ["heart-failure"] = new("mlp", Tables, new VerificationDefaults(260, 430, 800, 80)),
            ["pima"] = new("mlp", Tables, new VerificationDefaults(130, 580, 450, 400)),
            ["pneumoniamnist"] = new("strided", Images, new VerificationDefaults(150, 650, 300, 400)),
            ["breastmnist"] = new("strided", Images with { Epochs = 15, BatchSize = 16 },
                new VerificationDefaults(200, 550, 800, 150)),
            ["retinamnist"] = new("strided", Images with { Epochs = 8 }, new VerificationDefaults(220, 300, 1000, 0)),
            ["mednist"] = new("strided", Images with { Epochs = 1 }, new VerificationDefaults(150, 700, 600, 400)),
            ["bccd"] = new("strided", Images, new VerificationDefaults(200, 620, 450, 250)),
        }.ToImmutableDictionary();

    /// <summary>The named set's own; for others a choice by their kind, with a floor a fifth above chance.</summary>
    public static TrainingDefaults For(string dataset, bool table, int classes)
    {
        TrainingDefaults defaults = Known.TryGetValue(dataset, out TrainingDefaults? known) ? known
            : new TrainingDefaults(table ? "mlp" : "strided", table ? Tables : Images,
                new VerificationDefaults(MarginUnknown, ChancePerMille / classes, 1000, 0));
        return defaults with
        {
            Verification = defaults.Verification with
            {
                Limits = table ? TableLimits : ImageLimits, RefusalsMax = 3, SuspensionRounds = 2,
            },
        };
    }

    public static TrainingDefaults For(Dataset dataset) =>
        For(dataset.Name, dataset.Schema.IsTable, dataset.Schema.Classes);
}
