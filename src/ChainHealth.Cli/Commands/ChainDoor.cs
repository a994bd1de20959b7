using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>The command line's door to a chain: a client and the keys that it uses.</summary>
public sealed class ChainDoor : IAsyncDisposable
{
    /// <summary>A validator that does not answer in this time is shown as not reachable.</summary>
    private static readonly TimeSpan HearLimit = TimeSpan.FromSeconds(3);

    private readonly MemberIdentity _identity;

    private ChainDoor(MemberIdentity identity, IChainClient chain) => (_identity, Chain) = (identity, chain);

    public IChainClient Chain { get; }

    /// <summary>Begins to connect as a member of a network folder.</summary>
    /// <exception cref="NetworkFolderException">A key is not as it has to be.</exception>
    /// <exception cref="UserError">There is no network in the folder.</exception>
    public static ChainDoor Open(string network, string member)
    {
        MemberIdentity identity = MemberIdentity.Load(SharedOptions.RequireNetwork(network), member);
        return new ChainDoor(identity, ChainClient.Start(identity));
    }

    /// <summary>The verified state now.</summary>
    /// <exception cref="UserError">No validator answers.</exception>
    public async Task<ChainSnapshot> NowAsync(CancellationToken cancellation) =>
        RequireHeard((await Chain.SubscribeAsync(cancellation)).Now);

    /// <summary>A snapshot with the word of every validator that answers in a moment.</summary>
    public async Task<ChainSnapshot> HearValidatorsAsync(CancellationToken cancellation)
    {
        ChainSubscription subscription = await Chain.SubscribeAsync(cancellation);
        RequireHeard(subscription.Now);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(HearLimit);
        var heard = subscription.Now.Nodes.Where(n => n.Reachable).Select(n => n.Validator).ToHashSet();
        int validators = Chain.Genesis.Validators().Length;
        try
        {
            await using IAsyncEnumerator<ChainChange> changes = subscription.Changes.GetAsyncEnumerator(limited.Token);
            while (heard.Count < validators && await changes.MoveNextAsync())
            {
                if (changes.Current is NodeStatusChanged { Status.Reachable: true } changed)
                {
                    heard.Add(changed.Status.Validator);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Whoever is silent is shown as not reachable.
        }

        return await NowAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _identity.Dispose();
    }

    private static ChainSnapshot RequireHeard(ChainSnapshot now) => now.Nodes.Any(n => n.Reachable)
        ? now
        : throw UserError.Failure(
            now.Nodes.FirstOrDefault(n => n.Stall.Length > 0) is NodeStatus node
                ? $"no validator answers ({node.Stall})" : "no validator answers",
            "start them: chainhealth node --network DIR --member validator-1");
}
