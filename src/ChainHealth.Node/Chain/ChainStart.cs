using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Brings the view to where the store stands: from the newest sound snapshot and the blocks after it, or from
/// an older one, or from genesis. What was wrong with a snapshot is said.</summary>
internal sealed class ChainStart(ChainView view, NodeStore store, Action<string> tell)
{
    private readonly ValidatorSet _validators = view.Genesis.ValidatorSet();

    /// <summary>The newest snapshot that may be served to peers; null where there is none.</summary>
    public SnapshotOffer? Served { get; private set; }

    /// <exception cref="StoreException">A block is not the next one of this chain.</exception>
    public void Run()
    {
        RestoreNewest();
        if (view.State.Height < store.Blocks.Base)
        {
            LoseState();
        }

        var replay = new ChainReplay(view);
        for (Height height = view.State.Height.Next; height <= store.Blocks.Top; height = height.Next)
        {
            replay.Take(store.Blocks.Read(height)
                ?? throw new StoreException($"block {height} is not in the store, which ends at {store.Blocks.Top}"));
        }

        replay.Finish();
    }

    private void RestoreNewest()
    {
        foreach (Height height in store.Snapshots.Heights)
        {
            if (height > store.Blocks.Top)
            {
                tell($"{store.Snapshots.PathOf(height)}: not used: the blocks end at {store.Blocks.Top}");
                continue;
            }

            if (Read(height, out StoredSnapshot? stored, out string? fault) is { } snapshot)
            {
                var tip = new ChainTip(height, snapshot.State.Tip);
                Served ??= store.Snapshots.TryServe(height, tip, stored!, _validators);
                if (view.State.Height.Value == 0)
                {
                    view.Advance(new CommittedTip(snapshot.State, snapshot.Header, stored!.Commit));
                }
            }
            else
            {
                tell($"{fault}; not used");
            }

            if (Served is not null)
            {
                return;
            }
        }
    }

    private Snapshot? Read(Height height, out StoredSnapshot? stored, out string? fault)
    {
        stored = store.Snapshots.TryRead(height, out fault);
        if (stored is null)
        {
            return null;
        }

        if (SnapshotCodec.TryDecode(stored.Content.Span, view.State.Chain, out string? form) is not { } snapshot)
        {
            fault = $"{store.Snapshots.PathOf(height)}: {form}";
            return null;
        }

        QuorumCertificate commit = stored.Commit;
        string? why = snapshot.Header.Height != height || commit.Phase != VotePhase.Commit || commit.Height != height
            || commit.Block != snapshot.State.Tip ? "its certificate is of another block"
            : height > store.Blocks.Base && store.Blocks.Read(height)!.Value.Certificate().Block != commit.Block
                ? "the block at its height is another one"
            : commit.Fault(view.State.Chain, _validators);
        fault = why is null ? null : $"{store.Snapshots.PathOf(height)}: {why}";
        return why is null ? snapshot : null;
    }

    /// <summary>The blocks before were never here, so that no state leads to those that are. What was voted for above
    /// may be forgotten with them.</summary>
    private void LoseState()
    {
        store.LoseVotes();
        tell($"no snapshot is left at or above block {store.Blocks.Base}, where this store begins: blocks are fetched "
            + $"again, and no vote is cast until height {store.Votes.Value.SilentUpTo} is final");
        store.Blocks.DropRecent();
    }
}
