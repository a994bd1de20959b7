using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>How every hospital trains in a round.</summary>
/// <param name="LearningRateMicros">Learning rate of Adam in millionths.</param>
/// <param name="ClipNormMillis">The update is scaled down to this L2 norm, in thousandths.</param>
/// <param name="ClassWeighting">Each class weighs 1 / its count in the hospital.</param>
/// <param name="RestrictedSoftmax">Classes that a hospital lacks are left out of its softmax.</param>
/// <param name="ProximalMillis">Weight of the proximal term, in thousandths; 0 = none.</param>
public sealed record TrainingRecipe(
    int Epochs, int BatchSize, int LearningRateMicros, int ClipNormMillis, bool ClassWeighting, bool RestrictedSoftmax,
    int ProximalMillis)
{
    /// <summary>Class-balanced minibatches of a round, in the place of epochs; 0 = epochs.</summary>
    public int BalancedSteps { get; init; }

    /// <summary>Public records of each class that every hospital mixes into its own.</summary>
    public int AnchorsPerClass { get; init; }

    /// <summary>SHA-256 of the file that holds them (WIRE.md, "Anchor file"), so that all mix in the same; zero where
    /// there are none.</summary>
    public Digest Anchors { get; init; }
}

/// <summary>What the committee asks of an update before it counts. Margins and floors are per mille; an update must
/// reach both the floor and the current global model's figure minus the margin (round.md, checks a and b).</summary>
public sealed record VerificationPolicy(
    bool Enabled, int DrawSize, int AccuracyMargin, int AccuracyFloor, int RecallMargin, int RecallFloor)
{
    /// <summary>Suspensions a plan may order: rounds.</summary>
    public const int SuspensionRoundsMax = 100;

    /// <summary>Of norm, cosines, patches, leave-one-out and the aggregate.</summary>
    public CheckLimits Limits { get; init; } = CheckLimits.Off;

    /// <summary>So many refusals suspend a hospital (rule H1); 0 = never.</summary>
    public int RefusalsMax { get; init; }

    /// <summary>For so many rounds.</summary>
    public int SuspensionRounds { get; init; }
}

/// <summary>How long each phase may last, in milliseconds.</summary>
public sealed record PhaseDeadlines(
    int ApprovalMs, int TrainMs, int AttestMs, int CheckMs, int AggregateMs, int PublishMs);

/// <summary>What the provider proposes and each hospital approves by hash; nothing in it changes afterwards.</summary>
/// <param name="Title">For people.</param>
/// <param name="Dataset">Name of the data set and so of the input schema.</param>
/// <param name="ClassNames">One for each output of the network.</param>
/// <param name="Architecture">The network.</param>
/// <param name="Format">Fixed-point format of models, updates and pool.</param>
/// <param name="InitialSeed">Seed of the first global model (<see cref="GlobalModel.Initial"/>).</param>
/// <param name="Rounds">At most this many rounds.</param>
/// <param name="TargetAccuracy">The run ends early when the provider measures this, per mille; 0 = never.</param>
/// <param name="Recipe">Local training.</param>
/// <param name="Hospitals">The roster.</param>
/// <param name="MinimumUpdates">Fewer updates than this and the round fails; at least 3.</param>
/// <param name="Committee">The four validators that compute under SMPC; their order gives the party numbers.</param>
/// <param name="Deadlines">Of the phases.</param>
/// <param name="Policy">Of the check.</param>
/// <param name="PoolContributor">Who shares the validation pool; it also reports the public metrics.</param>
/// <param name="Rehearsal">Attacks may be simulated.</param>
public sealed record RunPlan(
    string Title,
    string Dataset,
    ImmutableArray<string> ClassNames,
    Architecture Architecture,
    FixedPoint Format,
    ulong InitialSeed,
    int Rounds,
    int TargetAccuracy,
    TrainingRecipe Recipe,
    ImmutableArray<MemberId> Hospitals,
    int MinimumUpdates,
    ImmutableArray<MemberId> Committee,
    PhaseDeadlines Deadlines,
    VerificationPolicy Policy,
    MemberId PoolContributor,
    bool Rehearsal)
{
    public const int CommitteeSize = 4;
    public const int RoundsMax = 1000;
    public const int HospitalsMax = 64;
    public const int MinimumUpdatesFloor = 3;

    /// <summary>Fewer records could not tell a poor model from a poisoned one. A pool smaller than the draw is drawn
    /// whole.
    /// </summary>
    public const int PoolRecordsMin = 32;

    public const int PoolRecordsMax = 10_000;
}
