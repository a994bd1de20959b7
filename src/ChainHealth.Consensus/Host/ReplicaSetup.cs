using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Everything that does not change in a replica's life.</summary>
/// <param name="Chain">Id of the chain, in every signature.</param>
/// <param name="Validators">Keys of the replicas; decides n, f and the primaries.</param>
/// <param name="Self">Our place among them.</param>
/// <param name="Sign">Our signing key. Must be deterministic, so that a vote sent again is the same bytes.</param>
/// <param name="Application">What is ordered.</param>
/// <param name="Options">Times and sizes.</param>
public sealed record ReplicaSetup(
    Digest Chain,
    ValidatorSet Validators,
    ReplicaId Self,
    Func<Digest, Signature> Sign,
    IOrderedApplication Application,
    ReplicaOptions Options);

/// <summary>What the host's disk holds at start.</summary>
/// <param name="Tip">The last block of the store, genesis where there is none.</param>
/// <param name="Certificate">Its certificate; null for genesis.</param>
/// <param name="Records">The write-ahead log from its beginning, as given in <see cref="Persist"/>.</param>
public sealed record RestorePoint(ChainTip Tip, QuorumCertificate? Certificate, ImmutableArray<ByteString> Records)
{
    /// <summary>As it stands on the disk.</summary>
    public VoteMark Mark { get; init; }

    /// <summary>The newest snapshot on the disk that has its certificates; null where there is none.</summary>
    public SnapshotOffer? Checkpoint { get; init; }

    /// <summary>A chain that has no block yet, and an empty log.</summary>
    public static RestorePoint Genesis(Digest genesisHash) => new(new ChainTip(new Height(0), genesisHash), null, []);
}
