using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What this client knows: the verified state, the newest blocks, what the validators say of themselves.
/// Blocks enter only through <see cref="Apply"/>, which verifies them; subscribers are told in the same
/// order.</summary>
internal sealed class ChainBoard : IDisposable
{
    public const int RecentMax = 50;

    private readonly Lock _gate = new();
    private readonly Digest _chain;
    private readonly ValidatorSet _validators;
    private readonly ChainClientOptions _options;
    private readonly BlockMemory _memory;
    private readonly BlockCache? _cache;
    private readonly List<ChangeReader> _readers = [];
    private readonly Dictionary<Digest, List<TaskCompletionSource<Receipt>>> _waiting = [];
    private LedgerState _state;
    private ImmutableArray<CertifiedBlock> _recent = [];
    private ImmutableArray<NodeStatus> _nodes;
    private Instant _heardAt;
    private bool _ended;

    /// <exception cref="IOException">The cache file cannot be opened.</exception>
    public ChainBoard(Genesis genesis, ChainClientOptions options)
    {
        _chain = genesis.Hash();
        _validators = genesis.ValidatorSet();
        _options = options;
        _memory = new BlockMemory(options.BlockBytesMax, options.FindableMax);
        _state = LedgerState.FromGenesis(genesis);
        _nodes = [.. genesis.Validators().Select(v => new NodeStatus(
            v.Id, false, default, default, default, 0, 0, 0, 0, "never heard of", ""))];
        _cache = options.CacheFile is null
            ? null : BlockCache.Open(options.CacheFile, _chain, b => ApplyToState(b) is null);
    }

    public LedgerState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public ImmutableArray<NodeStatus> Nodes
    {
        get
        {
            lock (_gate)
            {
                return _nodes;
            }
        }
    }

    /// <summary>The newest block and the state after it; null before the first block.</summary>
    public (CertifiedBlock Block, LedgerState State)? Tip
    {
        get
        {
            lock (_gate)
            {
                return _recent.IsEmpty ? null : (_recent[0], _state);
            }
        }
    }

    /// <summary>Verifies the block that follows the state, and applies it. Null when done, or when it was known
    /// already; else why it is not the next block of this chain.</summary>
    public string? Apply(CertifiedBlock certified)
    {
        lock (_gate)
        {
            Height height = certified.Block.Header.Height;
            if (height <= _state.Height)
            {
                return null;
            }

            if (ApplyToState(certified) is { } fault)
            {
                return fault;
            }

            _cache?.Append(certified);
            _heardAt = Now();
            Publish(new BlockCommitted(certified, _state));
            for (int i = 0; i < certified.Block.Transactions.Length; i++)
            {
                Digest id = certified.Block.Transactions[i].Id;
                if (_waiting.Remove(id, out List<TaskCompletionSource<Receipt>>? waiting))
                {
                    waiting.ForEach(w => w.TrySetResult(new Receipt(id, height, i)));
                }
            }

            return null;
        }
    }

    public void Note(int validator, Func<NodeStatus, NodeStatus> change)
    {
        lock (_gate)
        {
            NodeStatus next = change(_nodes[validator]);
            _heardAt = next.Reachable ? Now() : _heardAt;
            if (next != _nodes[validator])
            {
                _nodes = _nodes.SetItem(validator, next);
                Publish(new NodeStatusChanged(next));
            }
        }
    }

    public ChainSubscription Subscribe()
    {
        lock (_gate)
        {
            var reader = new ChangeReader(this, _options.ChangesMax);
            if (_ended)
            {
                reader.Complete();
            }

            _readers.Add(reader);
            return new ChainSubscription(Snapshot(), reader.ReadAsync());
        }
    }

    /// <summary>A snapshot for a reader that missed something; null for one that did not.</summary>
    public ChainSnapshot? CatchUp(ChangeReader reader)
    {
        lock (_gate)
        {
            return reader.TakeMissed() ? Snapshot() : null;
        }
    }

    public void Leave(ChangeReader reader)
    {
        lock (_gate)
        {
            _readers.Remove(reader);
        }
    }

    /// <summary>Where the transaction stands, among those that can be found; null where it stands nowhere
    /// yet.</summary>
    public Receipt? Find(Digest transaction)
    {
        lock (_gate)
        {
            return _memory.Find(transaction) is { } place ? new Receipt(transaction, place.Height, place.Index) : null;
        }
    }

    /// <summary>Ends when the transaction stands in a verified block.</summary>
    /// <exception cref="TimeoutException">Not within the limit.</exception>
    public async Task<Receipt> WaitForAsync(Digest transaction, TimeSpan limit, CancellationToken cancellation)
    {
        var waiter = new TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Find(transaction) is { } receipt)
            {
                return receipt;
            }

            if (!_waiting.TryGetValue(transaction, out List<TaskCompletionSource<Receipt>>? waiting))
            {
                _waiting[transaction] = waiting = [];
            }

            waiting.Add(waiter);
        }

        try
        {
            return await waiter.Task.WaitAsync(limit, cancellation);
        }
        finally
        {
            Forget(transaction, waiter);
        }
    }

    /// <summary>From memory or the cache file; null where neither has it.</summary>
    public CertifiedBlock? Block(Height height)
    {
        lock (_gate)
        {
            return _memory.Find(height) ?? _cache?.Read(height);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _readers.ForEach(r => r.Complete());
            _cache?.Dispose();
        }
    }

    private void Forget(Digest transaction, TaskCompletionSource<Receipt> waiter)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(transaction, out List<TaskCompletionSource<Receipt>>? waiting)
                && waiting.Remove(waiter) && waiting.Count == 0)
            {
                _waiting.Remove(transaction);
            }
        }
    }

    private string? ApplyToState(CertifiedBlock certified)
    {
        if (CertificateRules.Fault(_chain, _validators, certified) is { } fault)
        {
            return fault;
        }

        BlockOutcome outcome = _state.Apply(certified.Block);
        if (outcome.Next is null)
        {
            return outcome.Fault;
        }

        _state = outcome.Next;
        _memory.Add(certified);
        _recent = _recent.Length < RecentMax
            ? _recent.Insert(0, certified) : _recent.RemoveAt(RecentMax - 1).Insert(0, certified);
        return null;
    }

    private ChainSnapshot Snapshot() => new(_state, _recent, _nodes, _heardAt);

    private void Publish(ChainChange change) => _readers.ForEach(r => r.Offer(change));

    private Instant Now() => new(_options.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
