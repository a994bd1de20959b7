using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

public enum ViewMode : byte
{
    /// <summary>The view's primary orders blocks.</summary>
    Active = 1,

    /// <summary>The view before was given up; its new-view is awaited.</summary>
    Changing = 2,
}

public enum SlotStage : byte
{
    /// <summary>No acceptable pre-prepare yet.</summary>
    AwaitingProposal = 1,
    AwaitingPrepares = 2,
    AwaitingCommits = 3,

    /// <summary>Certified, but a block below is not, or the payload is missing.</summary>
    AwaitingDelivery = 4,
}

/// <summary>One height in flight.</summary>
/// <param name="Height">Which.</param>
/// <param name="Stage">What it waits for.</param>
/// <param name="Missing">Replicas whose vote of this stage has not come.</param>
/// <param name="Fault">Why its proposal was refused; null where it was not.</param>
public sealed record SlotStatus(Height Height, SlotStage Stage, ImmutableArray<ReplicaId> Missing, string? Fault);

/// <summary>What a peer last told about itself.</summary>
public sealed record PeerProgress(ReplicaId Peer, Height Committed, View View, ViewMode Mode, Instant HeardAt);

/// <summary>Where the replica stands and, if it stands still, why.</summary>
/// <param name="View">Current view, or the view that is being entered.</param>
/// <param name="Mode">Which of the two.</param>
/// <param name="Primary">Primary of that view.</param>
/// <param name="Committed">Highest committed block.</param>
/// <param name="HighestKnown">Highest height for which a commit certificate was seen.</param>
/// <param name="InFlight">Heights above the committed one, ascending.</param>
/// <param name="ViewChangesMissing">While changing: replicas without a view change for this view.</param>
/// <param name="Peers">Last word of each peer that was heard.</param>
/// <param name="ViewDeadline">When the view will be given up; null while nothing is outstanding.</param>
/// <param name="Explanation">One sentence for people: what is awaited from whom.</param>
public sealed record ReplicaStatus(
    View View,
    ViewMode Mode,
    ReplicaId Primary,
    ChainTip Committed,
    Height HighestKnown,
    ImmutableArray<SlotStatus> InFlight,
    ImmutableArray<ReplicaId> ViewChangesMissing,
    ImmutableArray<PeerProgress> Peers,
    Instant? ViewDeadline,
    string Explanation);
