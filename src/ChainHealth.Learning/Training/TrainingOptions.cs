namespace ChainHealth.Learning;

/// <summary>How a hospital trains in one round. Part of the plan, so that every hospital trains alike.</summary>
public sealed record TrainingOptions
{
    public const int EpochsMax = 1000;
    public const int BalancedStepsMax = 100_000;
    public const int AnchorsMax = 1000;

    /// <summary>Passes over the hospital's records.</summary>
    public int Epochs { get; init; } = 2;

    public int BatchSize { get; init; } = 32;

    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Largest Euclidean norm of the update; a longer one is scaled down to it.</summary>
    public double ClipNorm { get; init; } = 10;

    /// <summary>Weigh each class by 1 / its count in the hospital, so that a rare class is learned from round
    /// 1.</summary>
    public bool ClassWeighting { get; init; } = true;

    /// <summary>Leave classes that the hospital does not hold out of its softmax, so that training does not push them
    /// down (restricted softmax: Li and Zhan, "FedRS", KDD 2021).</summary>
    public bool RestrictedSoftmax { get; init; } = true;

    /// <summary>So many minibatches a round, each with the classes in equal parts, in the place of epochs; 0 = epochs.
    /// Every hospital then does the same amount of work whatever it holds: honest updates are about equally long, and a
    /// class of few records is seen as often as one of many.</summary>
    public int BalancedSteps { get; init; }

    /// <summary>Public records of each class that are mixed into the hospital's own (<see cref="AnchorRecords"/>).
    /// </summary>
    public int AnchorsPerClass { get; init; }

    /// <summary>mu of the proximal term mu/2 |w - global|^2 (Li and others, "FedProx", MLSys 2020); 0 turns it off.
    /// </summary>
    public double Proximal { get; init; }

    /// <summary>Null where every number is in range, else what is wrong.</summary>
    public string? Fault() =>
        Epochs is < 1 or > EpochsMax ? $"epochs {Epochs} are not in 1..{EpochsMax}"
        : BatchSize is < 1 or > 65536 ? $"batch size {BatchSize} is not in 1..65536"
        : !(LearningRate is > 0 and <= 1) ? $"learning rate {LearningRate} is not in 0..1"
        : !(ClipNorm is > 0 and <= 1e6) ? $"clip norm {ClipNorm} is not in 0..1000000"
        : !(Proximal is >= 0 and <= 100) ? $"proximal weight {Proximal} is not in 0..100"
        : BalancedSteps is < 0 or > BalancedStepsMax ? $"steps {BalancedSteps} are not in 0..{BalancedStepsMax}"
        : AnchorsPerClass is < 0 or > AnchorsMax ? $"anchors {AnchorsPerClass} are not in 0..{AnchorsMax}"
        : null;
}

/// <summary>What a hospital's training gave.</summary>
/// <param name="Update">Local minus global weights, clipped.</param>
/// <param name="Samples">Records trained on.</param>
/// <param name="Norm">Euclidean norm before clipping.</param>
/// <param name="Train">The local model (after clipping) on the hospital's own records.</param>
public sealed record LocalUpdate(float[] Update, int Samples, double Norm, Metrics Train);
