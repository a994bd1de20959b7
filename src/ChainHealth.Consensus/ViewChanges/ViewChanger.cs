using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Leaving a view that makes no progress and entering a higher one. Rules VC1 to VC10 of
/// PROTOCOL.md.</summary>
internal sealed class ViewChanger(ReplicaState state, CatchUp catchUp)
{
    private readonly SortedDictionary<ReplicaId, ViewChange> _latest = [];

    /// <summary>Our own view change while changing.</summary>
    public ViewChange? Own => state.IsActive || state.IsSilent ? null : _latest.GetValueOrDefault(state.Setup.Self);

    /// <summary>VC4: the clock of an awaited view runs once 2f+1 replicas have come as far.</summary>
    public bool HasQuorumBehind =>
        _latest.Values.Count(change => change.View >= state.View) >= state.Quorum.Size;

    /// <summary>View changes without a commit in between; the timeout doubles with each.</summary>
    public int Failures { get; set; }

    /// <summary>VC1: gives up all lower views. After this, no vote of a lower view is cast.</summary>
    public void Start(View view)
    {
        if (state.IsSilent)
        {
            return;
        }

        state.Reserve(state.Tip.Height, view);
        state.Out.Persist(new ViewChangeStarted(view));
        state.View = view;
        state.Mode = ViewMode.Changing;
        state.Out.Add(new ViewEntered(view, ViewMode.Changing));
        Failures++;
        ViewChange own = Sign(view);
        _latest[state.Setup.Self] = own;
        state.Out.Add(new Broadcast(own));
        TryLead();
    }

    /// <summary>VC10: who still waits for a view says so again from its new tip, since what it said from an old one no
    /// longer counts.</summary>
    public void Refresh()
    {
        if (Own is { } own && own.CommittedHeight < state.Tip.Height)
        {
            ViewChange now = Sign(state.View);
            _latest[state.Setup.Self] = now;
            state.Out.Add(new Broadcast(now));
            TryLead();
        }
    }

    /// <summary>Speaks for our view change again after a restart.</summary>
    public void Resume() => _latest[state.Setup.Self] = Sign(state.View);

    public void OnViewChange(ViewChange change)
    {
        bool isStale = change.View < state.View || (change.View == state.View && state.IsActive);
        if (isStale || (_latest.TryGetValue(change.Signer, out ViewChange? known) && IsNewer(known, change)))
        {
            return;
        }

        _latest[change.Signer] = change;
        if (change.Committed is { } committed)
        {
            catchUp.Learn(committed, change.Signer);
        }

        JumpToOneHonest();
        TryLead();
    }

    /// <summary>VC5, VC9: enters the view of a valid new-view unless it has promised a higher one.</summary>
    /// <returns>Whether a view was entered.</returns>
    public bool OnNewView(NewView message, ReplicaId from)
    {
        if (message.View < state.View || (message.View == state.View && state.IsActive))
        {
            return false;
        }

        state.Reserve(state.Tip.Height, message.View);
        state.Out.Persist(new NewViewAccepted(message));
        Enter(message, from);
        return true;
    }

    /// <summary>The view begins: nothing is in flight but what its new-view carries over.</summary>
    public void Enter(NewView message, ReplicaId? from)
    {
        CarriedOver carried = CarriedOver.Of(message);
        var slots = new SlotTable(message.View);
        foreach (QuorumCertificate block in carried.Blocks.Where(b => state.IsInReach(b.Height)))
        {
            slots.Get(block.Height, state.Quorum).Expected = block.Block;
        }

        foreach (Slot old in state.Slots.Ascending)
        {
            if (old.Committed is not null)
            {
                slots.Get(old.Height, state.Quorum).Committed = old.Committed;
            }
        }

        state.Slots = slots;
        state.View = message.View;
        state.Mode = ViewMode.Active;
        state.NewView = message;
        state.Out.Add(new ViewEntered(message.View, ViewMode.Active));
        if (carried.Base is { } tip)
        {
            catchUp.Learn(tip, from);
        }
    }

    public ImmutableArray<ReplicaId> Missing() =>
        [.. state.Replicas.Where(r => !_latest.TryGetValue(r, out ViewChange? c) || c.View < state.View)];

    private static bool IsNewer(ViewChange known, ViewChange change) => known.View > change.View
        || (known.View == change.View && known.CommittedHeight > change.CommittedHeight);

    // VC3: f+1 replicas in higher views hold an honest one; we follow to the highest view that f+1 have reached.
    private void JumpToOneHonest()
    {
        View[] higher =
        [
            .. _latest.Values.Where(c => c.Signer != state.Setup.Self && c.View > state.View)
                .Select(c => c.View)
                .OrderDescending(),
        ];
        if (higher.Length >= state.Quorum.OneHonest)
        {
            Start(higher[state.Quorum.OneHonest - 1]);
        }
    }

    // VC5: the primary of the awaited view leads once it holds 2f+1 view changes for exactly that view.
    private void TryLead()
    {
        if (state.IsActive || !state.IsPrimary || state.IsSilent)
        {
            return;
        }

        ViewChange[] asked = [.. _latest.Values.Where(c => c.View == state.View)];
        ulong top = asked.Select(c => c.CommittedHeight.Value).DefaultIfEmpty().Max();
        ImmutableArray<ViewChange> proof =
        [
            .. asked.Where(c => top - c.CommittedHeight.Value <= (ulong)state.Options.ViewChangeSpreadHeights)
                .Take(state.Quorum.Size),
        ];
        if (proof.Length < state.Quorum.Size)
        {
            return;
        }

        var unsigned = new NewView(state.View, proof, default);
        Digest hash = unsigned.Hash(state.Setup.Chain, state.Setup.Validators.Epoch);
        NewView message = unsigned with { Signature = state.Setup.Sign(hash) };
        state.Out.Persist(new NewViewAccepted(message));
        state.Out.Add(new Broadcast(message));
        Enter(message, null);
    }

    // VC2: reports the commit certificate of the tip and the prepared chain above it.
    private ViewChange Sign(View view)
    {
        var unsigned = new ViewChange(
            view,
            state.TipCertificate,
            state.Prepared.ChainOn(state.Tip, state.Payloads),
            state.Setup.Self,
            default);
        Digest hash = unsigned.Hash(state.Setup.Chain, state.Setup.Validators.Epoch);
        return unsigned with { Signature = state.Setup.Sign(hash) };
    }
}
