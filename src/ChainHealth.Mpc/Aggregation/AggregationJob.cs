using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The weighted mean of accepted updates, applied to the public global model.</summary>
/// <param name="Updates">This party's shares of exactly the committed, accepted updates.</param>
/// <param name="Weights">Positive integers, one per update (capped sample counts).</param>
/// <param name="Global">Public weights, fixed point.</param>
/// <param name="Context">Public description; it enters the transcript.</param>
public sealed record AggregationJob(
    IReadOnlyList<SharePackage> Updates, IReadOnlyList<int> Weights, ReadOnlyMemory<long> Global, Digest Context);

/// <param name="Model">global + round(sum / total weight), fixed point, bit-exact at every honest party.</param>
/// <param name="Transcript">Over the session, the job's context and the opened sum.</param>
public sealed record AggregationResult(long[] Model, Digest Transcript, MpcStatistics Statistics);
