using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Executes the stored blocks from genesis: each must follow the one before, carry its own certificate and
/// give the state root that it names. The newest certificate is verified in full; those below it are bound by the hash
/// chain.</summary>
internal sealed class ChainReplay(ChainView view)
{
    private LedgerState _state = view.State;
    private BlockHeader? _header;
    private QuorumCertificate? _certificate;

    /// <exception cref="StoreException">The block is not the next one of this chain.</exception>
    public void Take(StoredBlock stored)
    {
        CertifiedBlock block = BlockCodec.TryDecodeCertified(stored.Certified.Span, out string? fault)
            ?? throw new StoreException($"block {stored.Height} of the store cannot be read: {fault}");
        Digest hash = block.Block.Header.Hash();
        if (block.Certificate.Block != hash || block.Certificate.Height != stored.Height
            || block.Certificate.Phase != VotePhase.Commit)
        {
            throw new StoreException($"block {stored.Height} of the store and its certificate do not belong together");
        }

        BlockOutcome outcome = _state.Apply(block.Block);
        _state = outcome.Next
            ?? throw new StoreException($"block {stored.Height} of the store is not valid: {outcome.Fault}");
        _header = block.Block.Header;
        _certificate = block.Certificate;
    }

    /// <exception cref="StoreException">The newest certificate is not valid.</exception>
    public void Finish()
    {
        if (_certificate?.Fault(view.Genesis.Hash(), view.Genesis.ValidatorSet()) is { } fault)
        {
            throw new StoreException($"block {_state.Height} of the store: {fault}");
        }

        if (_header is not null)
        {
            view.Advance(new CommittedTip(_state, _header, _certificate));
        }
    }
}
