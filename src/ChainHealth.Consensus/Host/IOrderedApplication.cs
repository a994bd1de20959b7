using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What is being ordered, as the replica sees it. All calls come from inside <see cref="Replica.Step"/>, on
/// one thread, and must be deterministic in their arguments and in the calls before.
/// A parent is the committed tip, or a proposal that this application proposed, checked or adopted before and that was
/// not discarded since: so it keeps the speculative state of proposals in flight by hash. The <see cref="Commit"/> and
/// <see cref="Discard"/> effects tell it which to keep and which to drop; a call may name as parent a block whose
/// commit effect stands in the list that the running step is about to return.</summary>
public interface IOrderedApplication
{
    /// <summary>The next block on top of the parent, or null to order nothing now. To let a batch grow under load, give
    /// null while blocks are in flight (parent above the committed tip) and few requests wait.</summary>
    Proposal? Propose(ChainTip parent, Instant now);

    /// <summary>Null when height, parent and hash are those of the payload. Needs no state, costs one
    /// hashing.</summary>
    string? CheckHash(Proposal proposal);

    /// <summary>Null when the proposal is a valid block on this parent, freshness included; else the reason. Executes
    /// it speculatively. Called after <see cref="CheckHash"/>. Must give the same answer when asked again.</summary>
    string? Check(ChainTip parent, Proposal proposal, Instant now);

    /// <summary>As <see cref="Check"/>, without judging freshness: 2f+1 replicas have already prepared or committed
    /// this block, so a fault here means that this application differs from that of the others.</summary>
    string? Adopt(ChainTip parent, Proposal proposal);

    /// <summary>Null when these bytes are the state after this block, and give the state root that the block names;
    /// else the reason. From then on the block may be named as a parent; it becomes the committed one with
    /// <see cref="SnapshotInstalled"/>.</summary>
    string? Restore(ChainTip tip, ReadOnlySpan<byte> snapshot);

    /// <summary>Whether requests wait that no proposal in flight contains. While this is true and nothing commits, the
    /// view-change timer runs: so a host passes requests on to every replica.</summary>
    bool HasWork(Instant now);

    /// <summary>Of the requests that could stand alone in the block after the committed tip and are in no proposal in
    /// flight, the one that waits longest; null for none. What no block can hold must not count: it would be held
    /// against every primary in turn. Asked about once a second; the wait may be counted from the first time that it
    /// was asked.</summary>
    Waiting? LongestWaiting(Instant now);
}

/// <summary>A request that could have been ordered since then.</summary>
/// <param name="Since">By the replica's clock.</param>
/// <param name="Committed">Height of the committed tip at that time.</param>
public readonly record struct Waiting(Instant Since, Height Committed);
