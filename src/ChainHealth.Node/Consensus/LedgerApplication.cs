using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What the replica orders: blocks of the ledger, executed speculatively on their parents. Everything but the
/// constructor runs on the consensus loop.</summary>
internal sealed class LedgerApplication(
    ReplicaId self, ChainView view, NodeStore store, Mempool mempool, TransactionVerifier verifier,
    ProposalReader reader, TimeProvider time) : IOrderedApplication
{
    /// <summary>While blocks are in flight, a new one is begun only for so many transactions or bytes: a block costs
    /// each validator some 1.5 ms of processor time whatever is in it.</summary>
    private const int PipelinedTransactionsMin = 96;
    private const int PipelinedBytesMin = 256 * 1024;

    private readonly Dictionary<Digest, LedgerState> _speculative = [];
    private Dictionary<Digest, Waiting> _passedOver = [];
    private (long Version, Digest Top) _workAsked = (-1, default);
    private bool _workFound;
    private Snapshot? _restored;

    /// <summary>Until a block is due though nobody submits anything; null where no run waits for a deadline.</summary>
    public TimeSpan? TimeToDeadline() => Top().NextDeadline() - Clock();

    /// <summary>The newest committed block.</summary>
    public CommittedTip Tip => view.Tip;

    private LedgerState Committed => view.State;

    public Proposal? Propose(ChainTip parent, Instant now)
    {
        now = Clock();
        LedgerState state = StateAt(parent);
        List<VerifiedTransaction> candidates = mempool.Candidates(state, Block.TransactionsMax);
        bool isDue = state.NextDeadline() <= now;
        bool isPipelined = parent.Height > Committed.Height;
        if ((candidates.Count == 0 && !isDue)
            || (isPipelined && !isDue && !FillABlock(candidates)))
        {
            return null;
        }

        BuiltBlock built = BlockBuilder.Build(state, candidates, now, self);
        if (!isPipelined)
        {
            foreach (DroppedTransaction dropped in built.Dropped)
            {
                mempool.Refuse(dropped.Transaction, dropped.Reason);
            }
        }

        if (built.Block.Transactions.IsEmpty && !isDue)
        {
            return null;
        }

        var payload = new ByteString(BlockCodec.Encode(built.Block));
        var proposal = new Proposal(parent.Height.Next, parent.Hash, built.Next.Tip, payload);
        reader.Know(proposal, built.Block);
        _speculative[proposal.Hash] = built.Next;
        return proposal;
    }

    public string? CheckHash(Proposal proposal)
    {
        reader.Read(proposal, out string? fault);
        return fault;
    }

    public string? Check(ChainTip parent, Proposal proposal, Instant now) =>
        Execute(proposal, block => BlockRules.Check(StateAt(parent), block, Clock(), verifier));

    public string? Adopt(ChainTip parent, Proposal proposal) =>
        Execute(proposal, block => BlockRules.Replay(StateAt(parent), block));

    public bool HasWork(Instant now)
    {
        now = Clock();
        LedgerState top = Top();
        return top.NextDeadline() <= now || HasApplicable(top, now);
    }

    /// <summary>Each member's next transaction waits from the first time that it was looked at.</summary>
    public Waiting? LongestWaiting(Instant now)
    {
        LedgerState committed = Committed, top = Top();
        Dictionary<Digest, Waiting> waiting = [];
        foreach (VerifiedTransaction next in mempool.Next(committed))
        {
            Transaction transaction = next.Signed.Transaction;
            if (committed.Check(next, Clock()) is { } reason)
            {
                mempool.Refuse(next, reason);
            }
            else if (top.NextNonce(transaction.Sender) <= transaction.Nonce)
            {
                waiting[next.Signed.Id] =
                    _passedOver.GetValueOrDefault(next.Signed.Id, new Waiting(now, committed.Height));
            }
        }

        _passedOver = waiting;
        return waiting.Count == 0 ? null : waiting.Values.MinBy(w => w.Since);
    }

    /// <summary>The block is final: it goes into the store, its state becomes the committed one.</summary>
    public void Commit(Proposal proposal, QuorumCertificate certificate)
    {
        if (!_speculative.TryGetValue(proposal.Hash, out LedgerState? state)
            || reader.Read(proposal, out _) is not { } block)
        {
            throw new InvalidOperationException($"block {proposal.Height} was committed but never executed");
        }

        store.Blocks.Append(StoredBlock.Of(proposal.Height, proposal.Payload.Span, certificate));
        Forget(proposal.Height);
        view.Advance(new CommittedTip(state, block.Header, certificate));
        mempool.Prune(state);
    }

    public string? Restore(ChainTip tip, ReadOnlySpan<byte> snapshot)
    {
        _restored = SnapshotCodec.TryDecode(snapshot, Committed.Chain, out string? fault);
        if (_restored is null || _restored.State.Tip != tip.Hash)
        {
            return fault ?? $"the snapshot is of block {_restored!.State.Tip.Short}";
        }

        _speculative[tip.Hash] = _restored.State;
        return null;
    }

    /// <summary>The restored state is the committed one: durable first, then seen.</summary>
    public void Install(SnapshotOffer offer, ByteString content)
    {
        store.Snapshots.Write(offer.Height, new StoredSnapshot(content.Memory, offer.Commit));
        store.Snapshots.Certify(offer);
        store.Blocks.BeginAfter(offer.Height);
        LedgerState state = _restored!.State;
        Forget(offer.Height);
        view.Advance(new CommittedTip(state, _restored.Header, offer.Commit));
        mempool.Prune(state);
    }

    public void Discard(Proposal proposal) => _speculative.Remove(proposal.Hash);

    private void Forget(Height upTo)
    {
        foreach (Digest over in _speculative.Where(s => s.Value.Height <= upTo).Select(s => s.Key).ToArray())
        {
            _speculative.Remove(over);
        }
    }

    private static bool FillABlock(List<VerifiedTransaction> candidates) =>
        candidates.Count >= PipelinedTransactionsMin
        || candidates.Sum(c => (long)c.Signed.Bytes.Length) >= PipelinedBytesMin;

    private string? Execute(Proposal proposal, Func<Block, BlockOutcome> execute)
    {
        if (_speculative.ContainsKey(proposal.Hash))
        {
            return null;
        }

        if (reader.Read(proposal, out string? fault) is not { } block)
        {
            return fault;
        }

        BlockOutcome outcome = execute(block);
        if (outcome.Next is not null)
        {
            _speculative[proposal.Hash] = outcome.Next;
        }

        return outcome.Fault;
    }

    /// <summary>Blocks name the time of day; the replica's time only measures how long something takes.</summary>
    private Instant Clock() => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    private LedgerState StateAt(ChainTip tip) =>
        tip.Hash == Committed.Tip ? Committed
        : _speculative.GetValueOrDefault(tip.Hash)
            ?? throw new InvalidOperationException($"no state for block {tip.Hash.Short} at height {tip.Height}");

    private LedgerState Top() => _speculative.Count == 0 ? Committed : _speculative.Values.MaxBy(s => s.Height)!;

    /// <summary>Whether a waiting transaction could stand in the next block. What cannot stand on the committed state
    /// goes: were it kept, backups would blame the primary for not ordering what nobody can order.</summary>
    private bool HasApplicable(LedgerState top, Instant now)
    {
        long version = mempool.Version;
        if (_workAsked == (version, top.Tip))
        {
            return _workFound;
        }

        // The first one decides nearly always; only where the rules refuse it are all looked at.
        _workFound = IsAnyApplicable(top, now, 1) || IsAnyApplicable(top, now, Block.TransactionsMax);
        _workAsked = (version, top.Tip);
        return _workFound;
    }

    private bool IsAnyApplicable(LedgerState top, Instant now, int max)
    {
        LedgerDraft? draft = null;
        foreach (VerifiedTransaction candidate in mempool.Candidates(top, max))
        {
            draft ??= top.Draft(now);
            if (draft.TryApply(candidate) is not { } reason)
            {
                return true;
            }

            if (ReferenceEquals(top, Committed))
            {
                mempool.Refuse(candidate, reason);
            }
        }

        return false;
    }
}
