using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Makes <see cref="ReplicaStatus"/> from the state of a replica.</summary>
internal static class StatusReport
{
    public static ReplicaStatus Of(
        ReplicaState state, CatchUp catchUp, ViewChanger viewChanger, Timetable timetable)
    {
        ImmutableArray<SlotStatus> slots = [.. state.Slots.Ascending.Select(s => Of(s, state))];
        ImmutableArray<ReplicaId> missing = state.IsActive ? [] : viewChanger.Missing();
        return new ReplicaStatus(
            state.View,
            state.Mode,
            state.Primary,
            state.Tip,
            catchUp.HighestKnown,
            slots,
            missing,
            catchUp.Peers,
            timetable.ViewDeadline,
            Explain(state, catchUp, slots, missing));
    }

    private static SlotStatus Of(Slot slot, ReplicaState state)
    {
        if (slot.Committed is not null)
        {
            return new SlotStatus(slot.Height, SlotStage.AwaitingDelivery, [], slot.Fault);
        }

        if (slot.Proposal is not { } proposal)
        {
            return new SlotStatus(slot.Height, SlotStage.AwaitingProposal, [state.Primary], slot.Fault);
        }

        return slot.Prepared is null
            ? new SlotStatus(
                slot.Height, SlotStage.AwaitingPrepares, slot.Prepares.Missing(proposal.Hash), slot.Fault)
            : new SlotStatus(slot.Height, SlotStage.AwaitingCommits, slot.Commits.Missing(proposal.Hash), slot.Fault);
    }

    private static string Explain(
        ReplicaState state, CatchUp catchUp, ImmutableArray<SlotStatus> slots, ImmutableArray<ReplicaId> missing)
    {
        if (catchUp.IsTransferring)
        {
            return $"far behind: height {catchUp.HighestKnown} is final, the state of a checkpoint is fetched";
        }

        if (catchUp.IsBehind)
        {
            return $"behind: height {catchUp.HighestKnown} is final, blocks from {state.Tip.Height.Next} are fetched";
        }

        if (state.IsSilent)
        {
            return state.SilentUpTo == VoteMark.Unknown
                ? $"its data were lost: silent until {state.Quorum.Size} others have said where they stand"
                : $"what it voted for was lost: silent until height {state.SilentUpTo} is final";
        }

        if (!state.IsActive)
        {
            return missing.Length > state.Quorum.Members - state.Quorum.Size
                ? $"waiting for view {state.View}: no view change from {string.Join(", ", missing)}"
                : $"waiting for view {state.View}: new-view of its primary {state.Primary} is missing";
        }

        if (slots.FirstOrDefault() is not { } first)
        {
            return $"idle in view {state.View}, primary {state.Primary}";
        }

        string height = $"height {first.Height} in view {state.View}";
        string refused = first.Fault is null ? "" : $"; refused: {first.Fault}";
        string from = string.Join(", ", first.Missing);
        return first.Stage switch
        {
            SlotStage.AwaitingProposal => $"{height} waits for the proposal of primary {state.Primary}{refused}",
            SlotStage.AwaitingPrepares => $"{height} waits for prepare votes of {from}{refused}",
            SlotStage.AwaitingCommits => $"{height} waits for commit votes of {from}{refused}",
            _ => $"{height} is final and waits for its payload{refused}",
        };
    }
}
