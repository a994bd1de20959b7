using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>The second and third phase: counting prepare and commit votes, and delivering what is final. Rules P2 to
/// C4 of PROTOCOL.md.</summary>
internal sealed class Agreement(ReplicaState state, CheckpointTable checkpoints, CommitLatency latency)
{
    /// <summary>Blocks delivered since the log was last written short (L4).</summary>
    public int CommitsSinceCompaction { get; set; }

    /// <summary>Counts the vote; false where the same replica voted otherwise before (E1: evidence, once).</summary>
    public bool Record(Vote vote)
    {
        Slot slot = state.Slots.Get(vote.Height, state.Quorum);
        bool counts = slot.Box(vote.Phase).Add(vote, out Vote? contradicted);
        if (contradicted is not null)
        {
            state.Out.Add(new EvidenceFound(new Equivocation(state.Setup.Validators.Epoch, contradicted, vote)));
        }

        return counts;
    }

    /// <summary>P2: prepared is 2f+1 prepare votes, the primary's pre-prepare among them, for the accepted proposal,
    /// and the block below prepared in this view or committed. C1: then we vote commit.</summary>
    public void PrepareInOrder()
    {
        Height height = state.Tip.Height.Next;
        while (state.IsActive && state.Slots.Find(height) is { Proposal: { } proposal } slot)
        {
            if (slot.Prepared is null && !TryPrepare(slot, proposal))
            {
                return;
            }

            height = height.Next;
        }
    }

    /// <summary>C2: 2f+1 commit votes for one block make it final, whatever we voted ourselves.</summary>
    public void Certify()
    {
        foreach (Slot slot in state.Slots.Ascending)
        {
            if (slot.Committed is null && slot.Commits.Winner(state.Quorum) is { } block)
            {
                slot.Committed = slot.Commits.Certificate(state.Setup.Validators.Epoch, block, state.Quorum);
            }
        }
    }

    /// <summary>C3: final blocks are delivered in height order, each once.</summary>
    public bool DeliverInOrder()
    {
        bool delivered = false;
        while (state.Slots.Find(state.Tip.Height.Next) is { Committed: { } certificate } slot)
        {
            bool isOurs = slot.Proposal?.Hash == certificate.Block;
            Proposal? proposal = isOurs ? slot.Proposal : state.Payloads.Find(slot.Height, certificate.Block);
            if (proposal is null)
            {
                break;
            }

            Deliver(proposal, certificate, isKnown: isOurs);
            delivered = true;
        }

        return delivered;
    }

    /// <summary>The block is final and stands on the tip.</summary>
    /// <param name="proposal">Its hash was checked.</param>
    /// <param name="certificate">2f+1 commit votes for it.</param>
    /// <param name="isKnown">The application has executed it already.</param>
    public void Deliver(Proposal proposal, QuorumCertificate certificate, bool isKnown)
    {
        string? fault = !state.Tip.IsParentOf(proposal) ? $"it does not stand on {state.Tip}"
            : isKnown ? null : state.Application.Adopt(state.Tip, proposal);
        if (fault is not null)
        {
            throw new ApplicationDivergedException(proposal.Tip, fault);
        }

        state.Out.Add(new Commit(proposal, certificate));
        state.Speculation.Committed(proposal);
        DropOffChain(proposal);
        if (isKnown && state.Slots.Find(proposal.Height) is { AcceptedAt: { } accepted, WasResent: false })
        {
            latency.Measured(state.Now - accepted);
        }

        state.MoveTo(proposal.Tip, certificate);
        CommitsSinceCompaction++;
        checkpoints.OnDelivered(proposal.Height);
    }

    private bool TryPrepare(Slot slot, Proposal proposal)
    {
        if (state.IsSilent || slot.Prepares.Count(proposal.Hash) < state.Quorum.Size
            || !state.Ballots.Allows(slot.Height, state.View, VotePhase.Commit, proposal.Hash))
        {
            return false;
        }

        QuorumCertificate certificate =
            slot.Prepares.Certificate(state.Setup.Validators.Epoch, proposal.Hash, state.Quorum);
        state.Reserve(slot.Height, state.View);
        slot.Prepared = certificate;
        state.Prepared.Add(certificate);
        state.Out.Persist(new BlockPrepared(certificate));
        Vote vote = state.Ballots.Cast(state.Setup, slot.Height, state.View, VotePhase.Commit, proposal.Hash)!;
        slot.OwnCommit = vote;
        slot.SentAt = state.Now;
        Record(vote);
        state.Out.Add(new Broadcast(vote));
        return true;
    }

    // C4: proposals in flight that do not descend from the final block leave their slots; their votes stay cast.
    private void DropOffChain(Proposal final)
    {
        ChainTip parent = final.Tip;
        bool isOnChain = true;
        foreach (Slot slot in state.Slots.Ascending)
        {
            if (slot.Proposal is not { } proposal)
            {
                continue;
            }

            if (slot.Height == final.Height)
            {
                isOnChain = proposal.Hash == final.Hash;
            }
            else
            {
                isOnChain = isOnChain && parent.IsParentOf(proposal);
                parent = proposal.Tip;
            }

            if (!isOnChain)
            {
                slot.Proposal = null;
                slot.Prepared = null;
            }
        }
    }
}
