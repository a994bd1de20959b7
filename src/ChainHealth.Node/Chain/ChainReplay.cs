using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Executes the stored blocks from genesis: each must follow the one before, carry its own certificate and
/// give the state root that it names. The newest certificate is verified in full; those below it are bound by the hash
/// chain. Blocks are decoded and hashed by other threads, a few ahead of the one that is executed.</summary>
internal sealed class ChainReplay(ChainView view)
{
    /// <summary>Blocks that are decoded ahead; each may have 4 MiB.</summary>
    private const int AheadMax = 16;

    private readonly Queue<Task<CertifiedBlock>> _ahead = new();
    private LedgerState _state = view.State;
    private BlockHeader? _header;
    private QuorumCertificate? _certificate;

    /// <summary>Executes a block that was taken earlier, and begins to decode this one.</summary>
    /// <exception cref="BlockDamageException">A block is not the next one of this chain.</exception>
    public void Take(StoredBlock stored)
    {
        _ahead.Enqueue(Task.Run(() => Decode(stored)));
        if (_ahead.Count > AheadMax)
        {
            Execute(_ahead.Dequeue().GetAwaiter().GetResult());
        }
    }

    /// <summary>Executes the rest; then the view stands at the tip.</summary>
    /// <exception cref="BlockDamageException">A block is not the next one, or the newest certificate is not valid.
    /// </exception>
    public void Finish()
    {
        while (_ahead.TryDequeue(out Task<CertifiedBlock>? next))
        {
            Execute(next.GetAwaiter().GetResult());
        }

        if (_certificate?.Fault(view.Genesis.Hash(), view.Genesis.ValidatorSet()) is { } fault)
        {
            throw new BlockDamageException(_state.Height, $"block {_state.Height} of the store: {fault}");
        }

        if (_header is not null)
        {
            view.Advance(new CommittedTip(_state, _header, _certificate));
        }
    }

    private static CertifiedBlock Decode(StoredBlock stored)
    {
        CertifiedBlock block = BlockCodec.TryDecodeCertified(stored.Certified.Span, out string? fault)
            ?? throw new BlockDamageException(
                stored.Height, $"block {stored.Height} of the store cannot be read: {fault}");
        if (block.Certificate.Block != block.Block.Header.Hash() || block.Certificate.Height != stored.Height
            || block.Certificate.Phase != VotePhase.Commit)
        {
            throw new BlockDamageException(stored.Height,
                $"block {stored.Height} of the store and its certificate do not belong together");
        }

        return block;
    }

    private void Execute(CertifiedBlock block)
    {
        BlockOutcome outcome = _state.Apply(block.Block);
        _state = outcome.Next ?? throw new BlockDamageException(block.Certificate.Height,
            $"block {block.Certificate.Height} of the store is not valid: {outcome.Fault}");
        _header = block.Block.Header;
        _certificate = block.Certificate;
    }
}
