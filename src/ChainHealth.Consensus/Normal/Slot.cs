using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>One height in flight in one view.</summary>
internal sealed class Slot(Height height, int replicas)
{
    public Height Height { get; } = height;

    /// <summary>The block that the new-view, or a certificate above, lets stand here; null where the primary is free.
    /// </summary>
    public Digest? Expected { get; set; }

    /// <summary>The expected block is an ancestor of a committed one, or committed itself.</summary>
    public bool IsCertain { get; set; }

    /// <summary>A pre-prepare that waits for its parent.</summary>
    public PrePrepare? Pending { get; set; }

    /// <summary>The proposal that we voted for in this view.</summary>
    public Proposal? Proposal { get; set; }

    /// <summary>Why the last pre-prepare was refused.</summary>
    public string? Fault { get; set; }

    public VoteBox Prepares { get; } = new(replicas);

    public VoteBox Commits { get; } = new(replicas);

    public Vote? OwnPrepare { get; set; }

    public Vote? OwnCommit { get; set; }

    /// <summary>Prepare certificate of this view.</summary>
    public QuorumCertificate? Prepared { get; set; }

    /// <summary>Commit certificate of any view.</summary>
    public QuorumCertificate? Committed { get; set; }

    /// <summary>When the proposal was accepted here.</summary>
    public Instant? AcceptedAt { get; set; }

    /// <summary>What was said twice says nothing about how long a commit takes.</summary>
    public bool WasResent { get; set; }

    /// <summary>When our votes were last sent.</summary>
    public Instant SentAt { get; set; }

    /// <summary>When the payload was last asked for.</summary>
    public Instant? AskedAt { get; set; }

    /// <summary>A vote from nowhere does not make work; a proposal or a promise does.</summary>
    public bool IsOutstanding => Proposal is not null || Pending is not null || Expected is not null;

    /// <summary>A primary may propose nothing new here: something is to stand here, or we voted already.</summary>
    public bool IsSpokenFor => Expected is not null || OwnPrepare is not null;

    public VoteBox Box(VotePhase phase) => phase == VotePhase.Prepare ? Prepares : Commits;
}
