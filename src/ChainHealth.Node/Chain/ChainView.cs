using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The newest committed block and the state after it, always of one block.</summary>
/// <param name="Header">Null at genesis.</param>
/// <param name="Certificate">Null at genesis.</param>
internal sealed record CommittedTip(LedgerState State, BlockHeader? Header, QuorumCertificate? Certificate);

/// <summary>What this node knows to be final. Written by the consensus loop, read by everybody.</summary>
internal sealed class ChainView(Genesis genesis)
{
    private readonly Lock _gate = new();
    private CommittedTip _tip = new(LedgerState.FromGenesis(genesis), null, null);
    private TaskCompletionSource _changed = NewSignal();

    public Genesis Genesis { get; } = genesis;

    public CommittedTip Tip => Volatile.Read(ref _tip);

    public LedgerState State => Tip.State;

    public void Advance(CommittedTip tip)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _tip = tip;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.TrySetResult();
    }

    /// <summary>Completes when a block above this height is final.</summary>
    public Task WaitAboveAsync(Height height, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _tip.State.Height > height ? Task.CompletedTask : _changed.Task.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
