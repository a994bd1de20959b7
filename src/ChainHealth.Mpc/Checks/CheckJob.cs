using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Labelled records of one contributor, shared as one vector: first the images (records x elements, fixed
/// point, channel first), then the labels (records x classes, one-hot integers 0 and 1).</summary>
public sealed record PoolPart(SharePackage Shares, int Records)
{
    /// <summary>Ring elements of a part.</summary>
    public static int LengthOf(Architecture architecture, int records) =>
        checked(records * (architecture.Input.Elements + architecture.Classes));
}

/// <summary>Public thresholds, in per mille. A model passes where its accuracy on the draw is at least the current
/// global model's minus the margin and at least the floor, and each class's recall likewise.</summary>
/// <param name="DrawSize">Records drawn from the pool; all of them where it holds fewer.</param>
public sealed record CheckPolicy(int DrawSize, int AccuracyMarginPerMille, int AccuracyFloorPerMille,
    int RecallMarginPerMille, int RecallFloorPerMille)
{
    public const int DrawSizeMax = 4096;

    private const int PerMille = 1000;

    /// <summary>Of norm, cosines, patches, leave-one-out and the aggregate; all off unless set.</summary>
    public CheckLimits Limits { get; init; } = CheckLimits.Off;

    /// <summary>False where the margins are so wide that the global model's figures cannot refuse an update: then only
    /// the floors count, and the global model is not evaluated.</summary>
    public bool ComparesWithGlobal => AccuracyMarginPerMille < PerMille || RecallMarginPerMille < PerMille;

    /// <summary>Null where the policy can be computed, else what is wrong with it.</summary>
    public string? Fault() =>
        DrawSize is < 1 or > DrawSizeMax ? $"draw size {DrawSize} is not in 1..{DrawSizeMax}"
        : OutOfRange(AccuracyMarginPerMille) || OutOfRange(AccuracyFloorPerMille)
            || OutOfRange(RecallMarginPerMille) || OutOfRange(RecallFloorPerMille)
            ? "a margin or floor is not in 0..1000 per mille" : null;

    private static bool OutOfRange(int perMille) => perMille is < 0 or > 1000;
}

/// <summary>One run of the poisoning check: the updates of several hospitals against one public global model.</summary>
/// <param name="Global">Public weights of the current model, fixed point, architecture.ParameterCount of them.</param>
/// <param name="Updates">This party's shares of each hospital's update (local minus global), in an order that all four
/// parties share.</param>
/// <param name="Context">Public description of what is checked (run, round, commitments); it enters the transcript.
/// </param>
public sealed record CheckJob(Architecture Architecture, FixedPoint FixedPoint, ReadOnlyMemory<long> Global,
    IReadOnlyList<SharePackage> Updates, IReadOnlyList<PoolPart> Pool, CheckPolicy Policy, Digest Context)
{
    /// <summary>This party's shares of the reference update; null where there is none, and no cosine is checked.
    /// </summary>
    public SharePackage? Reference { get; init; }

    /// <summary>Public weights of the model before the current one; null in the first round. An update that repeats the
    /// step between the two, which everybody can do without any data, is a duplicate.</summary>
    public long[]? Previous { get; init; }

    /// <summary>Place of each hospital in the order of commitments; null: as in the job.</summary>
    public IReadOnlyList<int>? CommitOrder { get; init; }

    /// <summary>Weights in the sum, for leave-one-out; null: equal.</summary>
    public IReadOnlyList<int>? Weights { get; init; }

    /// <summary>For the range analysis, in reals; 0 where the norm is not checked.</summary>
    internal double UpdateNorm => Policy.Limits.UpdateNorm(Architecture.ParameterCount, FixedPoint);

    internal bool ChecksReference => Policy.Limits.HasReference && Reference is not null;

    internal bool ChecksLastStep => Policy.Limits.HasDuplicates && Previous is not null;

    internal int OrderOf(int hospital) => CommitOrder?[hospital] ?? hospital;

    internal IReadOnlyList<int> WeightsOrEqual() => Weights ?? [.. Updates.Select(_ => 1)];
}

/// <summary>What the check opens, equal at all honest parties, and what it cost.</summary>
/// <param name="Accepted">By hospital, in the order of the job.</param>
/// <param name="DrawSeed">The opened coin toss that picked the records, patches and projections.</param>
/// <param name="Transcript">Over the session, the job's context and every opening in order.</param>
/// <param name="Reasons">By hospital: this party's part of the secret reason code (<see cref="ReasonParts"/>).</param>
public sealed record CheckResult(IReadOnlyList<bool> Accepted, Digest DrawSeed, Digest Transcript,
    MpcStatistics Statistics, IReadOnlyList<byte[]> Reasons);
