using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>The four share hashes H0..H3 that define one secret vector (SMPC.md, "Input by an outside
/// party").</summary>
public readonly record struct ShareHashes(Digest H0, Digest H1, Digest H2, Digest H3)
{
    public ImmutableArray<Digest> ToArray() => [H0, H1, H2, H3];
}

/// <summary>A hospital's update of one round, before anybody has looked at it.</summary>
/// <param name="Samples">Records it was trained on; its weight in the sum, capped.</param>
/// <param name="PackageBytes">Bytes of the four sealed packages together.</param>
public sealed record UpdateCommitment(MemberId Hospital, ShareHashes Shares, int Samples, long PackageBytes)
{
    /// <summary>Commitments of this round that the chain held before it: of two near-duplicates the later one is
    /// refused.</summary>
    public int Order { get; init; }
}

/// <summary>The pool contributor's own update of one round, trained on its part of the pool: what the direction of the
/// others is compared with.</summary>
/// <param name="AttestedBy">Committee members that hold its shares and found them to match; all, or the check goes on
/// without it.</param>
public sealed record ReferenceCommitment(
    ShareHashes Shares, long PackageBytes, ImmutableSortedSet<MemberId> AttestedBy);

/// <summary>The validation pool: images and one-hot labels are shared, the count is public. The shared vector holds the
/// values of all records (Records x input elements, scale 2^FractionBits), then all one-hot labels (Records x classes,
/// integers 0 and 1).</summary>
public sealed record PoolCommitment(ShareHashes Shares, int Records, long PackageBytes);

/// <summary>What a committee member says an SMPC job cost it. Not part of what has to be equal.</summary>
public readonly record struct JobCost(long BytesSent, int Exchanges, int Milliseconds);

/// <summary>A committee member's result of the check: bit i belongs to the i-th hospital in ascending order of
/// id.</summary>
public sealed record VerdictVote(int Attempt, UInt128 AcceptedBits, Digest Transcript, JobCost Cost)
{
    /// <summary>What 2f+1 members must agree on.</summary>
    public (int Attempt, UInt128 AcceptedBits, Digest Transcript) Matter => (Attempt, AcceptedBits, Transcript);
}

/// <summary>A committee member's result of the aggregation.</summary>
/// <param name="Model">The new model; the old one where the aggregate was refused.</param>
public sealed record ModelVote(int Attempt, Digest Model, JobCost Cost)
{
    /// <summary>The aggregate failed its test, and nothing of it was opened.</summary>
    public bool AggregateRefused { get; init; }

    public (int Attempt, Digest Model, bool AggregateRefused) Matter => (Attempt, Model, AggregateRefused);
}
