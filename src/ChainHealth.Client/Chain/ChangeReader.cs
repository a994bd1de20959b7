using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ChainHealth.Client;

/// <summary>One subscriber's changes, bounded: one that does not keep up misses them and is given a snapshot instead.
/// </summary>
internal sealed class ChangeReader(ChainBoard board, int changesMax)
{
    private readonly Channel<ChainChange> _changes = Channel.CreateBounded<ChainChange>(
        new BoundedChannelOptions(changesMax) { SingleReader = true });

    private bool _missed;

    /// <summary>Called under the board's lock.</summary>
    public void Offer(ChainChange change)
    {
        if (!_missed && !_changes.Writer.TryWrite(change))
        {
            _missed = true;
        }
    }

    public void Complete() => _changes.Writer.TryComplete();

    public async IAsyncEnumerable<ChainChange> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync(cancellation))
            {
                while (_changes.Reader.TryRead(out ChainChange? change))
                {
                    yield return change;
                }

                if (board.CatchUp(this) is { } snapshot)
                {
                    yield return new SnapshotReplaced(snapshot);
                }
            }
        }
        finally
        {
            board.Leave(this);
        }
    }

    /// <summary>True once after changes were missed. Called under the board's lock, with the queue drained.</summary>
    public bool TakeMissed()
    {
        bool missed = _missed;
        _missed = false;
        return missed;
    }
}
