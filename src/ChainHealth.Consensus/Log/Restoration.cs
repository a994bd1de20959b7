using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>The log read back at start, and written short when it has grown. Rules L1 to L4 of PROTOCOL.md.</summary>
internal static class Restoration
{
    /// <summary>L2: the replica stands where it stood; every vote it ever cast above the tip binds it.</summary>
    /// <exception cref="InvalidDataException">A record is not one of ours, or the tip and its certificate do not match.
    /// </exception>
    public static void Replay(ReplicaState state, ViewChanger viewChanger, ImmutableArray<ByteString> records)
    {
        List<ProposalAccepted> accepted = [];
        for (int i = 0; i < records.Length; i++)
        {
            LogRecord record = LogRecordCodec.Decode(records[i].Span, out string? fault)
                ?? throw new InvalidDataException($"log record {i} cannot be read: {fault}");
            Replay(state, viewChanger, record, accepted);
        }

        if (state.IsActive)
        {
            ResumeSlots(state, accepted);
        }
        else if (!state.IsSilent)
        {
            viewChanger.Resume();
        }

        state.Out.Take();
    }

    /// <summary>L4: all that is still needed, as records.</summary>
    public static ImmutableArray<ByteString> Compact(ReplicaState state)
    {
        List<LogRecord> records = [];
        foreach (QuorumCertificate prepared in state.Prepared.All)
        {
            if (state.Payloads.Find(prepared.Height, prepared.Block) is { } proposal)
            {
                records.Add(new ProposalAccepted(prepared.View, proposal));
                records.Add(new BlockPrepared(prepared));
            }
        }

        if (state.NewView is { } newView)
        {
            records.Add(new NewViewAccepted(newView));
        }

        records.AddRange(AcceptedInView(state));
        if (!state.IsActive)
        {
            records.Add(new ViewChangeStarted(state.View));
        }

        return [.. records.Select(LogRecordCodec.Encode)];
    }

    private static IEnumerable<LogRecord> AcceptedInView(ReplicaState state)
    {
        foreach (Slot slot in state.Slots.Ascending)
        {
            if (state.Payloads.TryFind(slot.Height, slot.OwnPrepare?.Block, out Proposal? proposal))
            {
                yield return new ProposalAccepted(state.Slots.View, proposal);
            }
        }
    }

    private static void Replay(
        ReplicaState state, ViewChanger viewChanger, LogRecord record, List<ProposalAccepted> accepted)
    {
        switch (record)
        {
            case NewViewAccepted r when r.NewView.View >= state.View:
                viewChanger.Enter(r.NewView, null);
                break;
            case ViewChangeStarted r when r.View > state.View:
                state.View = r.View;
                state.Mode = ViewMode.Changing;
                break;
            case ProposalAccepted r when r.Proposal.Height > state.Tip.Height:
                state.Ballots.Restore(r.Proposal.Height, r.View, VotePhase.Prepare, r.Proposal.Hash);
                state.Payloads.Add(r.Proposal);
                accepted.Add(r);
                break;
            case BlockPrepared r when r.Certificate.Height > state.Tip.Height:
                state.Prepared.Add(r.Certificate);
                state.Ballots.Restore(
                    r.Certificate.Height, r.Certificate.View, VotePhase.Commit, r.Certificate.Block);
                break;
            default:
                break;
        }
    }

    // L3: votes of the current view are signed again, byte for byte the same, and the application executes the
    // proposals in flight again.
    private static void ResumeSlots(ReplicaState state, List<ProposalAccepted> accepted)
    {
        ChainTip parent = state.Tip;
        foreach (Proposal proposal in accepted.Where(a => a.View == state.View).Select(a => a.Proposal)
            .DistinctBy(p => p.Height).OrderBy(p => p.Height))
        {
            Slot slot = state.Slots.Get(proposal.Height, state.Quorum);
            slot.OwnPrepare = Revote(state, proposal, VotePhase.Prepare);
            if (!parent.IsParentOf(proposal))
            {
                continue;
            }

            if (state.Application.Adopt(parent, proposal) is { } fault)
            {
                throw new ApplicationDivergedException(proposal.Tip, fault);
            }

            state.Speculation.Add(proposal);
            slot.Proposal = proposal;
            parent = proposal.Tip;
            QuorumCertificate? prepared = state.Prepared.All.FirstOrDefault(
                c => c.Height == proposal.Height && c.View == state.View && c.Block == proposal.Hash);
            if (prepared is not null)
            {
                slot.Prepared = prepared;
                slot.OwnCommit = Revote(state, proposal, VotePhase.Commit);
            }
        }
    }

    private static Vote? Revote(ReplicaState state, Proposal proposal, VotePhase phase)
    {
        Vote? vote = state.Ballots.Cast(state.Setup, proposal.Height, state.View, phase, proposal.Hash);
        if (vote is not null)
        {
            state.Slots.Get(proposal.Height, state.Quorum).Box(phase).Add(vote, out _);
        }

        return vote;
    }
}
