using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Everything that the chain has decided, as an immutable value: the same blocks give the same state on every
/// node and in every client. <see cref="Root"/> is the oracle.</summary>
public sealed partial record LedgerState
{
    public required Digest Chain { get; init; }

    /// <summary>Height, hash and time of the last block applied.</summary>
    public required Height Height { get; init; }

    public required Digest Tip { get; init; }

    public required Instant Time { get; init; }

    public required ImmutableSortedDictionary<MemberId, Member> Members { get; init; }

    /// <summary>Number of transactions applied for each member; the next nonce is one more.</summary>
    public required ImmutableSortedDictionary<MemberId, ulong> Nonces { get; init; }

    /// <summary>Open votes to admit members, by digest of the member record.</summary>
    public required ImmutableSortedDictionary<Digest, ImmutableSortedSet<MemberId>> AdmissionVotes { get; init; }

    public required ImmutableSortedDictionary<RunId, RunState> Runs { get; init; }

    public required ulong TransactionCount { get; init; }
}
