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

/// <summary>Plan of a run for one data set. Steps are small: while the local models stay near the global one, an honest
/// update points where the provider's reference points, whatever the hospital holds, and a poisoned one does not. The
/// least cosines lie between the honest and the poisoned updates of trial runs with seeds 101 to 108 (ten hospitals of
/// 80 records) and 101, 102 (five that hold everything), even and Dirichlet 0.5 and 0.1; no published figure was
/// measured with those seeds.</summary>
public sealed record TrainingDefaults(string Model, TrainingOptions Options, VerificationDefaults Verification)
{
    private const int MarginUnknown = 200;
    private const int ChancePerMille = 1200;
    private const int DuplicateCosine = 988;
    private const int AggregateMargin = 100;
    private const int CosineLast = 20;

    /// <summary>For sets that nobody has studied: what leaves any honest hospital ample room. The largest norm is the
    /// clip norm.</summary>
    private static readonly CheckLimits UnknownLimits = new()
    {
        NormMinMillis = 20,
        NormMaxMillis = 10_000,
        CosineMinPerMille = -300,
        DuplicateCosinePerMille = DuplicateCosine,
        AggregateMarginPerMille = AggregateMargin,
    };

    private static readonly TrainingOptions Tables = new()
    {
        Epochs = 10, BatchSize = 16, LearningRate = 2e-3, BalancedSteps = 20, AnchorsPerClass = 8,
    };

    private static readonly TrainingOptions Images = new()
    {
        Epochs = 3, BatchSize = 32, LearningRate = 5e-4, BalancedSteps = 12, AnchorsPerClass = 8,
    };

    /// <summary>More anchors: what an honest hospital trains then hardly depends on what it holds, and a least cosine
    /// can ask for so much that a backdoor beside honest work falls short of it.</summary>
    private static readonly TrainingOptions Anchored = Images with { LearningRate = 1e-3, AnchorsPerClass = 64 };

    private static readonly ImmutableDictionary<string, TrainingDefaults> Known =
        new Dictionary<string, TrainingDefaults>
        {
            ["wdbc"] = Checked("mlp", Tables with { LearningRate = 4e-3, AnchorsPerClass = 24 },
                new(400, 2600, 800, 560, 100), new(100, 850, 200, 700)),
            ["heart-failure"] = Checked("mlp", Tables, new(250, 1000, 370, 330, 230), new(400, 350, 600, 80)),
            ["pima"] = Checked("mlp", Tables, new(200, 900, 540, 330, 150), new(150, 550, 400, 250)),
            ["pneumoniamnist"] = Checked(
                "strided", Anchored, new(350, 3000, 820, 705, 350), new(150, 650, 350, 400)),
            ["breastmnist"] = Checked("strided", Anchored with { BalancedSteps = 16 },
                new(450, 3000, 635, 540, 510), new(220, 500, 650, 200)),
            ["retinamnist"] = Checked("strided", Images with { BalancedSteps = 16 },
                new(300, 3000, 590, 520, 410), new(220, 250, 1000, 0)),
            ["mednist"] = Checked("strided",
                Anchored with { LearningRate = 2e-3, BalancedSteps = 16, AnchorsPerClass = 32 },
                new(1200, 7000, 758, 640, 520), new(120, 600, 700, 0)),
            ["bccd"] = Checked("strided", Images with { AnchorsPerClass = 32 },
                new(400, 1800, 840, 905, 735), new(150, 650, 350, 250)),
        }.ToImmutableDictionary();

    /// <summary>With the bounds of the updates; hospitals clip to the largest norm.</summary>
    private static TrainingDefaults Checked(
        string model, TrainingOptions options, Bounds bounds, VerificationDefaults margins) =>
        new(model, options with { ClipNorm = bounds.NormMax / 1000.0 }, margins with
        {
            Limits = new CheckLimits
            {
                NormMinMillis = bounds.NormMin,
                NormMaxMillis = bounds.NormMax,
                CosineFirstPerMille = bounds.Cosine1,
                CosineSecondPerMille = bounds.Cosine2,
                CosineThirdPerMille = bounds.Cosine3,
                CosineMinPerMille = CosineLast,
                DuplicateCosinePerMille = DuplicateCosine,
                AggregateMarginPerMille = AggregateMargin,
            },
        });

    /// <summary>The named set's own; for others a choice by their kind, with a floor a fifth above chance.</summary>
    public static TrainingDefaults For(string dataset, bool table, int classes)
    {
        TrainingDefaults defaults = Known.TryGetValue(dataset, out TrainingDefaults? known) ? known
            : new TrainingDefaults(table ? "mlp" : "strided", table ? Tables : Images,
                new VerificationDefaults(MarginUnknown, ChancePerMille / classes, 1000, 0) { Limits = UnknownLimits });
        return defaults with
        {
            Verification = defaults.Verification with { RefusalsMax = 3, SuspensionRounds = 2 },
        };
    }

    public static TrainingDefaults For(Dataset dataset) =>
        For(dataset.Name, dataset.Schema.IsTable, dataset.Schema.Classes);

    /// <summary>Norms in thousandths; least cosines of rounds 1 to 3, per mille.</summary>
    private readonly record struct Bounds(int NormMin, int NormMax, int Cosine1, int Cosine2, int Cosine3);
}
