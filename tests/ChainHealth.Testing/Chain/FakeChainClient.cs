using System.Collections.Immutable;
using System.Threading.Channels;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>The chain client's contract over a scenario, for pages. What a test commits is told to every subscriber;
/// what is submitted comes from the dashboard and passes the rules that validators use.</summary>
public sealed class FakeChainClient(LedgerScenario chain) : IChainClient
{
    private const int RecentMax = 50;

    private readonly Lock _gate = new();
    private readonly List<Channel<ChainChange>> _streams = [];
    private ImmutableArray<NodeStatus> _nodes = StatusOf(chain);

    /// <summary>What a validator answers to a private question; the fake itself computes nothing.</summary>
    public Func<MemberId, ReadOnlyMemory<byte>, byte[]> OnPredict { get; set; } =
        (_, _) => throw new ClientApiException("no committee here");

    public Genesis Genesis => chain.Network.Genesis;

    public int Subscriptions
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    public Task<ChainSubscription> SubscribeAsync(CancellationToken cancellation)
    {
        var stream = Channel.CreateUnbounded<ChainChange>();
        lock (_gate)
        {
            _streams.Add(stream);
            return Task.FromResult(new ChainSubscription(Snapshot(), stream.Reader.ReadAllAsync(cancellation)));
        }
    }

    /// <summary>Tells the story on and hands every new block to the subscribers.</summary>
    public void Tell(Action story)
    {
        ArgumentNullException.ThrowIfNull(story);
        lock (_gate)
        {
            int known = chain.Blocks.Count;
            story();
            for (int i = known; i < chain.Blocks.Count; i++)
            {
                Send(new BlockCommitted(chain.Blocks[i], chain.States[i + 1]));
            }

            _nodes = StatusOf(chain);
            foreach (NodeStatus node in _nodes)
            {
                Send(new NodeStatusChanged(node));
            }
        }
    }

    public void Tell(NodeStatus status)
    {
        lock (_gate)
        {
            _nodes = [.. _nodes.Select(n => n.Validator == status.Validator ? status : n)];
            Send(new NodeStatusChanged(status));
        }
    }

    /// <summary>Ends every stream, as when all connections are lost.</summary>
    public void Break(string reason)
    {
        lock (_gate)
        {
            _streams.ForEach(s => s.Writer.TryComplete(new IOException(reason)));
            _streams.Clear();
        }
    }

    public Task<ImmutableArray<CertifiedBlock>> GetBlocksAsync(
        Height from, int count, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<ImmutableArray<CertifiedBlock>>(
                [.. chain.Blocks.Where(b => b.Block.Header.Height >= from).Take(count)]);
        }
    }

    public Task<LocatedTransaction?> FindTransactionAsync(Digest id, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(chain.Blocks
                .SelectMany(b => b.Block.Transactions.Select((t, i) => new LocatedTransaction(t, b, i)))
                .FirstOrDefault(t => t.Transaction.Transaction.Id() == id));
        }
    }

    public Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (chain.Refusal(chain.Network.Dashboard, body) is { } fault)
            {
                return Task.FromException<Receipt>(new TransactionRefusedException(fault));
            }

            Tell(() => chain.Commit((chain.Network.Dashboard, body)));
            BlockHeader header = chain.Blocks[^1].Block.Header;
            return Task.FromResult(new Receipt(chain.Blocks[^1].Block.Transactions[0].Id, header.Height, 0));
        }
    }

    public Task<byte[]> GetModelAsync(Digest model, CancellationToken cancellation) =>
        throw new NotSupportedException("the fake keeps no models");

    public Task PutPackageAsync(
        MemberId validator, PackageAddress address, ReadOnlyMemory<byte> sealedPackage,
        CancellationToken cancellation) => throw new NotSupportedException("the dashboard sends no packages");

    public Task<RefusalReasons?> GetReasonsAsync(
        RunId run, int round, IReadOnlyList<MemberId> committee, CancellationToken cancellation) =>
        Task.FromResult<RefusalReasons?>(null);

    public Task<byte[]> PredictAsync(
        MemberId validator, ReadOnlyMemory<byte> question, CancellationToken cancellation) =>
        Task.FromResult(OnPredict(validator, question));

    public Task<ChainProof> ProveAsync(ProofQuestion question, CancellationToken cancellation)
    {
        lock (_gate)
        {
            ChainProof? proof = question is TransactionQuestion q
                ? chain.Blocks.Select(b => ProofMaker.OfTransaction(b, q.Id)).FirstOrDefault(p => p is not null)
                : chain.Blocks.Count == 0 ? null : ProofMaker.OfState(
                    chain.Blocks[^1].Block.Header, chain.Blocks[^1].Certificate, chain.State, question);
            return proof is not null ? Task.FromResult(proof)
                : Task.FromException<ChainProof>(new ClientApiException("the chain holds nothing of the kind"));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ImmutableArray<NodeStatus> StatusOf(LedgerScenario chain) =>
    [
        .. chain.Network.ValidatorIds.Select((v, i) => new NodeStatus(
            v, true, chain.State.Height, new View(0), new ReplicaId(0), chain.Network.ValidatorIds.Length - 1,
            1_240_000 + (i * 31_000), 8_640_000 + (i * 52_000), 96_000_000 + (i * 2_300_000), "", "0.1.0")),
    ];

    private ChainSnapshot Snapshot() => new(
        chain.State, [.. chain.Blocks.Reverse().Take(RecentMax)], _nodes, chain.State.Time);

    private void Send(ChainChange change) => _streams.ForEach(s => s.Writer.TryWrite(change));
}
