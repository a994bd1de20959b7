using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChainHealth.Node.Tests;

/// <summary>Four validators in one process, each with its own folder and port, over real connections.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    public const int Size = 4;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly ValidatorNode?[] _nodes = new ValidatorNode?[Size];
    private readonly MemberIdentity[] _identities;
    private readonly NodeOptions _options;
    private readonly ILogger _logger;

    public NodeCluster(NodeOptions? options = null, ILogger? logger = null)
    {
        _options = options ?? new NodeOptions();
        _logger = logger ?? NullLogger.Instance;
        string network = _folder["network"];
        Genesis = NetworkFactory.Create(network, new NetworkOptions { Hospitals = 3, Endpoints = FreeEndpoints() });
        _identities = [.. Genesis.Members.Select(m => MemberIdentity.Load(network, m.Name))];
        for (int i = 0; i < Size; i++)
        {
            Start(i);
        }
    }

    public Genesis Genesis { get; }

    public ValidatorNode this[int index] => _nodes[index]!;

    public MemberIdentity Member(string name) => _identities.Single(i => i.Member.Name == name);

    /// <summary>Keys of a candidate that is no member yet.</summary>
    public MemberIdentity Enrol(string name)
    {
        MemberEnrolment.Create(_folder["network"], name, MemberRole.Hospital);
        return MemberIdentity.Load(_folder["network"], name);
    }

    /// <param name="options">Of this node; those of the cluster where none are given.</param>
    public void Start(int index, NodeOptions? options = null) =>
        _nodes[index] = ValidatorNode.Start(_identities[index], options ?? _options, _logger);

    public bool IsRunning(int index) => _nodes[index] is not null;

    public string StoreOf(int index) => _identities[index].Store;

    public async Task StopAsync(int index)
    {
        await _nodes[index]!.DisposeAsync();
        _nodes[index] = null;
    }

    /// <summary>Submits to a node until it takes it, and waits until that node has it in a block.</summary>
    public async Task SubmitAsync(int node, string member, TransactionBody body)
    {
        MemberIdentity identity = Member(member);
        while (true)
        {
            ulong nonce = _nodes.OfType<ValidatorNode>().Max(n => n.Intake.NextNonce(identity.Member.Id));
            SignedTransaction signed =
                new Transaction(identity.Chain, identity.Member.Id, nonce, body).Sign(identity.SigningKey);
            SubmitOutcome outcome = this[node].Intake.Submit(signed);
            if (outcome.Result == SubmitResult.WrongNonce)
            {
                // The one before came by another node: wait until it stands in a block here.
                await UntilAsync(node, state => state.Nonces.GetValueOrDefault(identity.Member.Id) >= nonce - 1);
                continue;
            }

            Assert.True(outcome.Result == SubmitResult.Accepted, outcome.Reason);
            await UntilAsync(node, state => state.Nonces.GetValueOrDefault(identity.Member.Id) >= nonce);
            return;
        }
    }

    public async Task UntilAsync(int node, Func<LedgerState, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        // One look: waiting above a newer state than the one that was judged would wait for a block too many.
        for (LedgerState seen = this[node].View.State; !condition(seen); seen = this[node].View.State)
        {
            try
            {
                await this[node].View.WaitAboveAsync(seen.Height, patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"node {node} waits for {Patience}:\n" + await DescribeAsync());
            }
        }
    }

    private async Task<string> DescribeAsync()
    {
        NodeStatus[] all = await Task.WhenAll(
            _nodes.OfType<ValidatorNode>().Select(n => n.Health.StatusAsync(CancellationToken.None).AsTask()));
        return string.Join('\n', all.Select(s => s.ToString()));
    }

    /// <summary>Waits until all running nodes stand at the highest height among them.</summary>
    public async Task<ImmutableArray<LedgerState>> SettleAsync()
    {
        int[] running = [.. Enumerable.Range(0, Size).Where(i => _nodes[i] is not null)];
        Height top = running.Max(i => this[i].View.State.Height);
        foreach (int i in running)
        {
            await UntilAsync(i, s => s.Height >= top);
        }

        return [.. running.Select(i => this[i].View.State)];
    }

    public async Task<byte[]> ModelAsync(int node, Digest model)
    {
        byte[]? bytes = null;
        await UntilPolledAsync(() => (bytes = this[node].Store.Models.Read(model)) is not null);
        return bytes!;
    }

    /// <summary>Waits until no package of the round is left on the node's disk.</summary>
    public Task ErasedAsync(int node, RunId run, int round) => UntilPolledAsync(
        () => !this[node].Store.Packages.Addresses.Any(a => a.Run == run && a.Round == round));

    public static async Task UntilPolledAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ValidatorNode? node in _nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        foreach (MemberIdentity identity in _identities)
        {
            identity.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Ports that were free a moment ago.</summary>
    private static ImmutableArray<string> FreeEndpoints()
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, Size).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, l => l.Start());
        ImmutableArray<string> endpoints = [.. listeners.Select(l => l.LocalEndpoint.ToString()!)];
        Array.ForEach(listeners, l => l.Stop());
        return endpoints;
    }
}
