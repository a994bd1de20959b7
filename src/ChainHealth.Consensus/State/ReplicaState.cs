using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What the parts of a replica share: where it stands, what is in flight, what it has promised.</summary>
internal sealed class ReplicaState(ReplicaSetup setup, ChainTip tip, QuorumCertificate? tipCertificate)
{
    public ReplicaSetup Setup { get; } = setup;

    public ReplicaOptions Options => Setup.Options;

    public IOrderedApplication Application => Setup.Application;

    public Quorum Quorum => Setup.Validators.Quorum;

    public Outbox Out { get; } = new();

    public Instant Now { get; set; }

    public ChainTip Tip { get; set; } = tip;

    public QuorumCertificate? TipCertificate { get; set; } = tipCertificate;

    public View View { get; set; }

    public ViewMode Mode { get; set; } = ViewMode.Active;

    /// <summary>Proof of the view that <see cref="Slots"/> belong to; null for view 0.</summary>
    public NewView? NewView { get; set; }

    /// <summary>Heights in flight in the last view that was active here.</summary>
    public SlotTable Slots { get; set; } = new(default);

    public PayloadStore Payloads { get; } = new();

    public Speculation Speculation { get; } = new();

    public PreparedBlocks Prepared { get; } = new();

    public Ballots Ballots { get; } = new();

    /// <summary>W1: durable, or in the outbox before what needs it.</summary>
    public VoteMark Mark { get; set; }

    /// <summary>W2: up to this height we may have voted in a way that we no longer know; null for none.</summary>
    public Height? SilentUpTo { get; set; }

    /// <summary>W2: says nothing that could contradict what was forgotten: no vote, no proposal, no view
    /// change.</summary>
    public bool IsSilent => SilentUpTo is { } height && Tip.Height < height;

    /// <summary>W1: before a vote at this height and in this view, or a step into it.</summary>
    public void Reserve(Height height, View view)
    {
        if (!Mark.Covers(height, view))
        {
            Mark = Mark.Raised(height, view);
            Out.Add(new Mark(Mark));
        }
    }

    /// <summary>W4: what 2f+1 others know to be final, and above it all that a replica may have voted for: 3 reaches
    /// above their tips, the heights that a power cut may have taken from their stores, and the spread of VC10.
    /// </summary>
    public ulong RejoinHeights => (3 * ReachHeights) + (ulong)Options.CompactEveryHeights
        + (ulong)Options.ViewChangeSpreadHeights;

    public bool IsActive => Mode == ViewMode.Active;

    public ReplicaId Primary => Setup.Validators.PrimaryOf(View);

    public bool IsPrimary => Primary == Setup.Self;

    /// <summary>Heights above the tip for which votes and pre-prepares are kept: twice the window in which a primary
    /// proposes, since its tip may be ahead of ours.</summary>
    public ulong ReachHeights => 2 * (ulong)Options.WindowHeights;

    /// <summary>The tip is this block now: nothing at or below it is kept.</summary>
    public void MoveTo(ChainTip tip, QuorumCertificate certificate)
    {
        (Tip, TipCertificate) = (tip, certificate);
        Slots.ForgetUpTo(tip.Height);
        Payloads.ForgetUpTo(tip.Height);
        Prepared.ForgetUpTo(tip.Height);
        Ballots.ForgetUpTo(tip.Height);
        HasProgressed = true;
    }

    /// <summary>Raised to true when the tip moves; the timetable takes it as progress.</summary>
    public bool HasProgressed { get; set; }

    public bool IsAboveReach(Height height) => height > Tip.Height && height.Value - Tip.Height.Value > ReachHeights;

    public bool IsInReach(Height height) => height > Tip.Height && !IsAboveReach(height);

    public IEnumerable<ReplicaId> Replicas =>
        Enumerable.Range(0, Quorum.Members).Select(i => new ReplicaId((byte)i));
}
