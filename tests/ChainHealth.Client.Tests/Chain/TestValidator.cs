using System.Runtime.CompilerServices;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>One validator in front of a test chain, with faults to order.</summary>
internal sealed class TestValidator : IClientApi, IAsyncDisposable
{
    private readonly TestChain _chain;
    private readonly MemberIdentity _self;
    private SecureListener? _listener;

    public TestValidator(TestNetwork network, TestChain chain, int number)
    {
        _chain = chain;
        _self = network[MemberNames.Validator(number)];
        Start(0);
        Port = _listener!.Local.Port;
    }

    public int Port { get; }

    public string Name => _self.Member.Name;

    /// <summary>What it does to a block before it sends it.</summary>
    public Func<CertifiedBlock, CertifiedBlock> Distort { get; set; } = b => b;

    /// <summary>It pushes no block above this.</summary>
    public ulong Withholds { get; set; } = ulong.MaxValue;

    /// <summary>What it answers in place of the chain's answer.</summary>
    public Func<byte[], SubmitOutcome?> Refuse { get; set; } = _ => null;

    public Dictionary<Digest, byte[]> Models { get; } = [];

    /// <summary>Its part of every client's reason code.</summary>
    public byte[]? Reason { get; set; }

    public int PackagesStored { get; private set; }

    public int Submitted { get; private set; }

    public int BlocksServed { get; private set; }

    public void Start(int port) => _listener = SecureListener.Start(
        new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port), LinkIdentity.Of(_self), new ListenerLimits(),
        (connection, stopping) => ClientApiServer.ServeAsync(
            connection, this, new MemberGates(new ClientApiLimits()), stopping));

    public async Task StopAsync() => await _listener!.DisposeAsync();

    public ValueTask DisposeAsync() => _listener!.DisposeAsync();

    public async ValueTask<SubmitOutcome> SubmitAsync(
        Member client, byte[] transaction, CancellationToken cancellation)
    {
        Submitted++;
        if (Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }

        return Refuse(transaction) ?? _chain.Submit(transaction);
    }

    public ValueTask<IReadOnlyList<byte[]>> GetBlocksAsync(
        Member client, Height from, int count, CancellationToken cancellation)
    {
        BlocksServed += count;
        return new([.. _chain.Blocks.Skip((int)from.Value - 1).Take(count).Select(b => BlockCodec.Encode(Distort(b)))]);
    }

    public async IAsyncEnumerable<ClientPush> FollowAsync(
        Member client, Height from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (ulong next = from.Value; ;)
        {
            Task grown = _chain.Grown;
            foreach (CertifiedBlock block in _chain.Blocks.Skip((int)next - 1).TakeWhile(_ => next <= Withholds))
            {
                BlocksServed++;
                yield return new BlockPush(BlockCodec.Encode(Distort(block)));
                next++;
            }

            yield return new StatusPush(Status());
            await grown.WaitAsync(cancellation);
        }
    }

    /// <summary>It takes transactions and requests for models and never answers.</summary>
    public bool Hangs { get; set; }

    public async ValueTask<byte[]?> GetModelAsync(Member client, Digest model, CancellationToken cancellation)
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }

        return Models.GetValueOrDefault(model);
    }

    public ValueTask<StoreOutcome> PutPackageAsync(
        Member client, PackageAddress address, byte[] sealedPackage, CancellationToken cancellation)
    {
        PackagesStored++;
        return new(sealedPackage.Length > 0 ? StoreOutcome.Done : StoreOutcome.Refused("empty"));
    }

    public ValueTask<byte[]> PredictAsync(Member client, byte[] question, CancellationToken cancellation) =>
        throw new ClientApiException("computes nothing");

    public ValueTask<ChainProof?> GetProofAsync(
        Member client, ProofQuestion question, CancellationToken cancellation) => new((ChainProof?)null);

    public ValueTask<byte[]?> GetReasonAsync(
        Member client, RunId run, int round, CancellationToken cancellation) =>
        new(Reason);

    public ValueTask<NodeStatus> GetStatusAsync(Member client, CancellationToken cancellation) => new(Status());

    private NodeStatus Status() => new(
        _self.Member.Id, true, _chain.State.Height, default, default, 3, 0, 0, 0, "", "test");
}
