using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>A run at one moment, as a follower saw it.</summary>
public sealed record RunMoment(LedgerState State, RunState Run, ConsensusTraffic Traffic);

/// <summary>Follows one run on the chain until it has ended.</summary>
public sealed class RunFollower(IChainClient chain, RunId run)
{
    /// <summary>Without a new block for this long beyond the longest phase, nothing will come any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Validators tell their traffic about once a second; a silent one is not waited for longer.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly ConsensusTraffic _traffic = new();

    /// <param name="seen">Called with each new state of the run and, between states, with each validator's word about
    /// itself.</param>
    /// <exception cref="UserError">There is no such run, or the chain stands still.</exception>
    public async Task<RunMoment> FollowAsync(Action<RunMoment> seen, CancellationToken cancellation)
    {
        ChainSubscription subscription = await chain.SubscribeAsync(cancellation);
        LedgerState state = subscription.Now.State;
        _traffic.Note(subscription.Now.Nodes, RoundOf(state));
        RunMoment? last = See(state, seen);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        reading.CancelAfter(LimitIn(state));
        await using IAsyncEnumerator<ChainChange> changes = subscription.Changes.GetAsyncEnumerator(reading.Token);
        while (last is not { Run.Ended: true })
        {
            Height before = state.Height;
            state = await NextAsync(changes, state, cancellation);
            if (state.Height != before)
            {
                reading.CancelAfter(LimitIn(state));
            }

            last = See(state, seen) ?? last;
        }

        reading.CancelAfter(LastWords);
        await HearLastWordsAsync(changes, RoundOf(state), cancellation);
        return last;
    }

    /// <summary>A short last round may be over before any validator has told what it sent in it.</summary>
    private async Task HearLastWordsAsync(
        IAsyncEnumerator<ChainChange> changes, int round, CancellationToken cancellation)
    {
        var silent = chain.Genesis.Validators().Select(v => v.Id).ToHashSet();
        try
        {
            while (silent.Count > 0 && await changes.MoveNextAsync())
            {
                if (changes.Current is NodeStatusChanged changed)
                {
                    _traffic.Note(changed.Status, round);
                    silent.Remove(changed.Status.Validator);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The silent ones keep the figure that they gave last.
        }
    }

    private async Task<LedgerState> NextAsync(
        IAsyncEnumerator<ChainChange> changes, LedgerState state, CancellationToken cancellation)
    {
        try
        {
            if (!await changes.MoveNextAsync())
            {
                throw UserError.Failure("the connection to the chain ended", "see whether the validators run");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw UserError.Failure(
                $"the chain stands still at height {state.Height}: no block for {LimitIn(state).TotalSeconds:0} s",
                "see whether at least 2f+1 validators run: chainhealth chain status --network DIR");
        }

        switch (changes.Current)
        {
            case BlockCommitted block:
                return block.State;
            case SnapshotReplaced replaced:
                _traffic.Note(replaced.Snapshot.Nodes, RoundOf(replaced.Snapshot.State));
                return replaced.Snapshot.State;
            case NodeStatusChanged changed:
                _traffic.Note(changed.Status, RoundOf(state));
                return state;
            default:
                return state;
        }
    }

    private RunMoment? See(LedgerState state, Action<RunMoment> seen)
    {
        if (!state.Runs.TryGetValue(run, out RunState? found))
        {
            return null;
        }

        var moment = new RunMoment(state, found, _traffic);
        seen(moment);
        return moment;
    }

    private int RoundOf(LedgerState state) => state.Runs.TryGetValue(run, out RunState? found) ? found.Round : 0;

    private TimeSpan LimitIn(LedgerState state)
    {
        if (!state.Runs.TryGetValue(run, out RunState? found))
        {
            return Patience;
        }

        PhaseDeadlines d = found.Plan.Deadlines;
        int longest = new[] { d.ApprovalMs, d.TrainMs, d.AttestMs, d.CheckMs, d.AggregateMs, d.PublishMs }.Max();
        return Patience + TimeSpan.FromMilliseconds(longest);
    }
}
