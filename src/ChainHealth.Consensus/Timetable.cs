using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>The two clocks of a replica: when the view is given up (T1 to T4) and when it speaks up again (T5, T6). No
/// timer object: a deadline, and a look at it on each step.</summary>
internal sealed class Timetable(
    ReplicaState state, CatchUp catchUp, ViewChanger viewChanger, CommitLatency latency)
{
    private const int DoublingsMax = 16;

    private Instant? _viewClockFrom;
    private Instant _speakAt;
    private Waiting _entered;

    /// <summary>When the view is given up; null while nothing is outstanding.</summary>
    public Instant? ViewDeadline => _viewClockFrom is { } start ? start + ViewTimeout : null;

    public Instant Next
    {
        get
        {
            Instant next = _speakAt;
            next = ViewDeadline is { } view && view < next ? view : next;
            return catchUp.Deadline is { } request && request < next ? request : next;
        }
    }

    // T5: while something is open, or a view is awaited, the votes are sent again.
    private bool MustResend => !state.IsActive || catchUp.IsBehind || IsOutstanding;

    private bool IsOutstanding => state.Slots.Ascending.Any(s => s.IsOutstanding)
        || state.Application.HasWork(state.Now);

    // T2, T8: from what commits take, doubled with each view that failed, up to the maximum. T3: who knows itself
    // behind waits longest, since it is no reason for the others to leave their view.
    private TimeSpan ViewTimeout
    {
        get
        {
            long doubled = (long)latency.BaseMs << Math.Min(viewChanger.Failures, DoublingsMax);
            bool waits = state.IsActive && catchUp.IsBehind;
            return TimeSpan.FromMilliseconds(
                waits ? state.Options.ViewTimeoutMsMax : Math.Min(doubled, state.Options.ViewTimeoutMsMax));
        }
    }

    /// <summary>T4: a commit, or entering a view, starts the clock anew.</summary>
    public void Restart() => _viewClockFrom = null;

    /// <summary>T7: what a primary is blamed for has happened in its own view.</summary>
    public void EnterView()
    {
        Restart();
        _entered = new Waiting(state.Now, state.Tip.Height);
    }

    /// <summary>Acts on what is due at the start of a step that may be a tick.</summary>
    public void Tick()
    {
        // Speaking comes first: what we say last in a view can show that its primary lied.
        if (state.Now >= _speakAt)
        {
            Speak();
            MindTheWaiting();
        }

        if (ViewDeadline is { } due && state.Now >= due)
        {
            _viewClockFrom = null;
            viewChanger.Start(state.View.Next);
        }
    }

    /// <summary>T1: the clock runs while work is outstanding, or while an awaited view has a quorum behind
    /// it.</summary>
    public void Settle()
    {
        bool runs = state.IsActive ? IsOutstanding || catchUp.IsBehind : viewChanger.HasQuorumBehind;
        _viewClockFrom = runs ? _viewClockFrom ?? state.Now : null;
        Instant soon = state.Now + TimeSpan.FromMilliseconds(state.Options.ResendMs);
        if (MustResend && _speakAt > soon)
        {
            _speakAt = soon;
        }
    }

    private void Speak()
    {
        bool resends = MustResend;
        int pause = resends ? state.Options.ResendMs : state.Options.IdleStatusMs;
        _speakAt = state.Now + TimeSpan.FromMilliseconds(pause);
        state.Out.Add(new Broadcast(catchUp.OwnStatus));
        if (!resends)
        {
            return;
        }

        if (viewChanger.Own is { } change)
        {
            state.Out.Add(new Broadcast(change));
        }

        Instant old = state.Now + TimeSpan.FromMilliseconds(-state.Options.ResendMs);
        foreach (Slot slot in state.Slots.Ascending.Where(s => s.SentAt <= old))
        {
            Resend(slot);
        }
    }

    // T7: others are ordered, and this one is not: a primary that leaves a member out is replaced. Who holds the
    // request first gives it to all, so that an honest primary has it, and the others blame a lying one with us.
    private void MindTheWaiting()
    {
        if (!state.IsActive || state.IsPrimary || catchUp.IsBehind || state.IsSilent
            || state.Application.LongestWaiting(state.Now) is not { } waiting)
        {
            return;
        }

        Instant since = waiting.Since > _entered.Since ? waiting.Since : _entered.Since;
        Height from = waiting.Committed > _entered.Committed ? waiting.Committed : _entered.Committed;

        // Blocks within reach may have been proposed before the primary had the request.
        bool isPassedOver = state.Tip.Height.Value - from.Value > state.ReachHeights;
        if (isPassedOver && state.Now - since >= TimeSpan.FromMilliseconds(state.Options.CensorshipMs))
        {
            _viewClockFrom = null;
            viewChanger.Start(state.View.Next);
        }
        else if (state.Now - since >= TimeSpan.FromMilliseconds(state.Options.ResendMs))
        {
            state.Out.Add(PassOnWork.Instance);
        }
    }

    private void Resend(Slot slot)
    {
        slot.SentAt = state.Now;
        slot.WasResent = true;
        bool isLeading = state.IsActive && state.IsPrimary;
        if (slot.OwnPrepare is { } prepare)
        {
            state.Out.Add(new Broadcast(isLeading && slot.Proposal is { } proposal
                ? new PrePrepare(state.View, proposal, prepare.Signature)
                : prepare));
        }

        if (slot.OwnCommit is { } commit)
        {
            state.Out.Add(new Broadcast(commit));
        }

        // T6: the primary's vote is passed on while it does not lead to a prepared block: a primary that says different
        // things to different backups is found out.
        ReplicaId primary = state.Setup.Validators.PrimaryOf(state.Slots.View);
        if (slot.Prepared is null && primary != state.Setup.Self && slot.Prepares.Of(primary) is { } first)
        {
            state.Out.Add(new Broadcast(first));
        }
    }
}
