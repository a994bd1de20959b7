using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The weighted mean of accepted updates, applied to the public global model.</summary>
/// <param name="Updates">This party's shares of exactly the committed, accepted updates.</param>
/// <param name="Weights">Positive integers, one per update (capped sample counts).</param>
/// <param name="Global">Public weights, fixed point.</param>
/// <param name="Context">Public description; it enters the transcript.</param>
public sealed record AggregationJob(
    IReadOnlyList<SharePackage> Updates, IReadOnlyList<int> Weights, ReadOnlyMemory<long> Global, Digest Context)
{
    /// <summary>What the aggregate must pass before it is opened; null: it is opened in any case.</summary>
    public AggregateTest? Test { get; init; }
}

/// <summary>The aggregate of the accepted updates is judged on drawn records like an update, against the global model.
/// </summary>
/// <param name="DrawSize">Records drawn by a coin toss of its own.</param>
/// <param name="Limits">Their margin, and the norm that the updates were checked for.</param>
public sealed record AggregateTest(Architecture Architecture, FixedPoint FixedPoint, IReadOnlyList<PoolPart> Pool,
    int DrawSize, CheckLimits Limits);

/// <param name="Model">global + round(sum / total weight), fixed point, bit-exact at every honest party; null where
/// the aggregate failed its test: then nothing was opened but the draw and that bit.</param>
/// <param name="Transcript">Over the session, the job's context and what was opened.</param>
public sealed record AggregationResult(long[]? Model, Digest Transcript, MpcStatistics Statistics);
