using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A change of the members that the validators are voting on.</summary>
/// <param name="Act">What the votes are for: every vote is this very body.</param>
/// <param name="OpenedBy">The first voter, or whoever proposed it.</param>
/// <param name="OpenedAt">Height of the block that opened it.</param>
public sealed record Motion(
    TransactionBody Act, MemberId OpenedBy, Height OpenedAt, ImmutableSortedSet<MemberId> Voters)
{
    /// <summary>A motion that is not decided in so many blocks has lapsed: at one block a second, more than a day.
    /// </summary>
    public const int BlocksOpenMax = 100_000;

    /// <summary>Last block in which a vote for it counts.</summary>
    public Height LastBlock => new(OpenedAt.Value + BlocksOpenMax);
}

/// <summary>Open and decided changes of the members, as one object so that their digest is computed once for each
/// change.</summary>
/// <param name="Open">By digest of the act.</param>
/// <param name="Scheduled">Decided, in force from a later block on; in the order of their decisions.</param>
public sealed record MotionTable(
    ImmutableSortedDictionary<Digest, Motion> Open, ImmutableArray<TransactionBody> Scheduled)
{
    public static MotionTable Empty { get; } = new(ImmutableSortedDictionary<Digest, Motion>.Empty, []);
}
