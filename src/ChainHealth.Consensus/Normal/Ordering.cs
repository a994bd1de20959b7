using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>The first phase: the primary proposes, backups accept. Rules PP1 to PP9 of PROTOCOL.md.</summary>
internal sealed class Ordering(ReplicaState state, Agreement agreement)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    public void OnPrePrepare(PrePrepare message)
    {
        Vote vote = message.VoteOf(state.Setup.Validators.PrimaryOf(message.View));

        // PP3: the first pre-prepare of the primary for a height and view counts; another is evidence.
        if (!agreement.Record(vote))
        {
            return;
        }

        Slot slot = state.Slots.Get(vote.Height, state.Quorum);
        if (slot.Proposal is null)
        {
            slot.Pending ??= message;
        }
    }

    /// <summary>A payload that we asked for: taken only if its hash is the one that is missing.</summary>
    public void OnProposal(Proposal proposal)
    {
        if (state.Slots.Find(proposal.Height) is { } slot
            && slot.Expected == proposal.Hash
            && state.Payloads.Find(proposal.Height, proposal.Hash) is null
            && state.Application.CheckHash(proposal) is null)
        {
            state.Payloads.Add(proposal);
        }
    }

    /// <summary>PP9: a certified block certifies its ancestors: what stands below it follows from its parent hash.
    /// </summary>
    public void FollowParents()
    {
        foreach (Slot slot in state.Slots.Ascending.Reverse().ToArray())
        {
            if (slot.Committed is { } certificate)
            {
                slot.Expected = certificate.Block;
                slot.IsCertain = true;
            }

            if (!slot.IsCertain || slot.Proposal?.Hash == slot.Expected)
            {
                continue;
            }

            if (!state.Payloads.TryFind(slot.Height, slot.Expected, out Proposal? proposal))
            {
                AskFor(slot);
            }
            else if (slot.Height > state.Tip.Height.Next)
            {
                Slot below = state.Slots.Get(new Height(slot.Height.Value - 1), state.Quorum);
                below.Expected = proposal.Parent;
                below.IsCertain = true;
            }
        }
    }

    /// <summary>Accepts pending pre-prepares from the tip upwards, as far as there is no gap.</summary>
    public void AcceptInOrder()
    {
        ChainTip parent = state.Tip;
        while (state.IsActive && state.Slots.Find(parent.Height.Next) is { } slot)
        {
            if (slot.Proposal is null)
            {
                Accept(slot, parent);
            }

            if (slot.Proposal is null)
            {
                return;
            }

            parent = slot.Proposal.Tip;
        }
    }

    /// <summary>PP1: the primary of an active view proposes while the window is open and there is work.</summary>
    public void Propose()
    {
        while (state.IsActive && state.IsPrimary && !state.IsSilent)
        {
            ChainTip parent = state.Slots.AcceptedTop(state.Tip);
            Height height = parent.Height.Next;
            bool isOpen = parent.Height.Value - state.Tip.Height.Value < (ulong)state.Options.WindowHeights;
            bool isFree = !state.Slots.Ascending.Any(s => s.Height >= height && s.IsSpokenFor);
            if (!isOpen || !isFree || !state.Application.HasWork(state.Now)
                || state.Application.Propose(parent, state.Now) is not { } proposal)
            {
                return;
            }

            if (!parent.IsParentOf(proposal) || proposal.Payload.Length > ConsensusLimits.PayloadBytesMax)
            {
                throw new InvalidOperationException($"the application proposed {proposal.Tip} on {parent}");
            }

            state.Speculation.Add(proposal);
            if (!Cast(state.Slots.Get(height, state.Quorum), proposal))
            {
                return;
            }
        }
    }

    private void Accept(Slot slot, ChainTip parent)
    {
        state.Payloads.TryFind(slot.Height, slot.Expected, out Proposal? carried);
        if (carried is not null && !parent.IsParentOf(carried) && !slot.IsCertain)
        {
            // VC6: a carried block whose parent was replaced cannot have been committed, nor anything above it.
            ReleaseFrom(slot.Height);
            carried = null;
        }

        if (state.IsPrimary)
        {
            ProposeAgain(slot, parent, carried);
        }
        else if (slot.Pending is { } pending)
        {
            AcceptPending(slot, parent, pending);
        }
    }

    // VC7: the primary of a new view first proposes again what is carried over.
    private void ProposeAgain(Slot slot, ChainTip parent, Proposal? carried)
    {
        if (carried is not null && parent.IsParentOf(carried))
        {
            slot.Fault = state.Application.Adopt(parent, carried);
            if (slot.Fault is null)
            {
                state.Speculation.Add(carried);
                Cast(slot, carried);
            }
        }
        else if (slot.Expected is not null && carried is null)
        {
            AskFor(slot);
        }
    }

    private void AcceptPending(Slot slot, ChainTip parent, PrePrepare pending)
    {
        Proposal proposal = pending.Proposal;

        // PP4: where a block is carried over, only that block is accepted.
        if (slot.Expected is { } expected && expected != proposal.Hash)
        {
            slot.Fault = $"block {expected.Short} is carried over, the primary proposes {proposal.Hash.Short}";
            AskFor(slot);
            return;
        }

        // PP5: the parent is the block accepted below. PP6: the application finds it valid.
        slot.Fault = !parent.IsParentOf(proposal) ? $"parent is {proposal.Parent.Short}, not {parent.Hash.Short}"
            : state.Application.CheckHash(proposal)
            ?? (slot.Expected is null
                ? state.Application.Check(parent, proposal, state.Now)
                : state.Application.Adopt(parent, proposal));
        slot.Pending = null;
        if (slot.Fault is null)
        {
            state.Speculation.Add(proposal);
            Cast(slot, proposal);
        }
    }

    // P1: accepting is voting prepare. Logged before it is sent.
    private bool Cast(Slot slot, Proposal proposal)
    {
        if (state.IsSilent || !state.Ballots.Allows(slot.Height, state.View, VotePhase.Prepare, proposal.Hash))
        {
            slot.Fault = state.IsSilent
                ? $"what we voted for was lost: we are silent up to height {state.SilentUpTo}"
                : "we voted for another block in this view before";
            return false;
        }

        state.Reserve(slot.Height, state.View);
        state.Out.Persist(new ProposalAccepted(state.View, proposal));
        Vote vote = state.Ballots.Cast(state.Setup, slot.Height, state.View, VotePhase.Prepare, proposal.Hash)!;
        state.Payloads.Add(proposal);
        slot.Proposal = proposal;
        slot.Pending = null;
        slot.Fault = null;
        slot.OwnPrepare = vote;
        slot.AcceptedAt = state.Now;
        slot.SentAt = state.Now;
        agreement.Record(vote);
        state.Out.Add(new Broadcast(
            state.IsPrimary ? new PrePrepare(state.View, proposal, vote.Signature) : vote));
        return true;
    }

    private void ReleaseFrom(Height height)
    {
        foreach (Slot slot in state.Slots.Ascending.Where(s => s.Height >= height && !s.IsCertain))
        {
            slot.Expected = null;
        }
    }

    // VC8: a carried payload that we lack is fetched by hash from whoever voted for it. A committed one comes with its
    // block as a rule, so we wait a little before we ask for it.
    private void AskFor(Slot slot)
    {
        if (slot.Expected is not { } hash
            || state.Payloads.Find(slot.Height, hash) is not null
            || (slot.AskedAt is { } asked && state.Now < asked + AskAgain))
        {
            return;
        }

        bool waits = slot.IsCertain && slot.AskedAt is null;
        slot.AskedAt = state.Now;
        if (!waits)
        {
            state.Out.Add(new Broadcast(new ProposalRequest(slot.Height, hash)));
        }
    }
}
