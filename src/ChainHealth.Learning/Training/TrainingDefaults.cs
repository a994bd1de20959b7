using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>What the committee asks of an update, in whole per mille of the pool's records. A hospital's model must
/// reach the larger of the floor and the current global model's figure minus the margin.</summary>
/// <param name="AccuracyMargin">Below the global model's accuracy by at most this much.</param>
/// <param name="AccuracyFloor">And at least this accuracy.</param>
/// <param name="RecallMargin">The same for the recall of each class.</param>
/// <param name="RecallFloor">The same for the recall of each class.</param>
public sealed record VerificationDefaults(int AccuracyMargin, int AccuracyFloor, int RecallMargin, int RecallFloor);

/// <summary>Plan of a run for one data set, found by trying (the probe in the tests prints the figures).</summary>
public sealed record TrainingDefaults(string Model, TrainingOptions Options, VerificationDefaults Verification)
{
    private static readonly VerificationDefaults TwoClasses = new(100, 600, 250, 350);

    private static readonly ImmutableDictionary<string, TrainingDefaults> Known =
        new Dictionary<string, TrainingDefaults>
        {
            ["wdbc"] = new("mlp", new TrainingOptions { Epochs = 10, BatchSize = 16, LearningRate = 5e-3 }, TwoClasses),
            ["pneumoniamnist"] = new("strided", new TrainingOptions { Epochs = 3, BatchSize = 32 }, TwoClasses),
            ["breastmnist"] = new("strided", new TrainingOptions { Epochs = 15, BatchSize = 16 }, TwoClasses),
            ["retinamnist"] = new("strided", new TrainingOptions { Epochs = 8, BatchSize = 32 }, TwoClasses),
            ["mednist"] = new("strided", new TrainingOptions { Epochs = 2, BatchSize = 32 }, TwoClasses),
            ["bccd"] = new("strided", new TrainingOptions { Epochs = 4, BatchSize = 32 }, TwoClasses),
        }.ToImmutableDictionary();

    /// <summary>The named set's own, or a choice by its kind.</summary>
    public static TrainingDefaults For(string dataset, bool table) =>
        Known.TryGetValue(dataset, out TrainingDefaults? known) ? known : Known[table ? "wdbc" : "pneumoniamnist"];

    public static TrainingDefaults For(Dataset dataset) => For(dataset.Name, dataset.Schema.IsTable);
}
