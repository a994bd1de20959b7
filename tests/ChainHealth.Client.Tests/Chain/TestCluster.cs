using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>Four validators in front of one chain, and clients of them.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TestNetwork _network;
    private readonly List<ChainClient> _clients = [];

    public TestCluster(TestNetwork network)
    {
        _network = network;
        Chain = new TestChain(network);
        Validators = [.. Enumerable.Range(1, 4).Select(i => new TestValidator(network, Chain, i))];
    }

    public TestChain Chain { get; }

    public TestValidator[] Validators { get; }

    public List<string> Reports { get; } = [];

    public ChainClient Client(string member = "hospital-1", Func<ChainClientOptions, ChainClientOptions>? change = null)
    {
        var options = new ChainClientOptions
        {
            SubmitTimeout = TimeSpan.FromSeconds(10),
            ResendAfter = TimeSpan.FromMilliseconds(200),
            RequestTimeout = TimeSpan.FromSeconds(5),
            StatusInterval = TimeSpan.FromMilliseconds(50),
            LagTimeout = TimeSpan.FromMilliseconds(200),
            SilenceTimeout = TimeSpan.FromMinutes(1),
            AddressOf = m => $"127.0.0.1:{Validators.Single(v => v.Name == m.Name).Port}",
            Report = Report,
        };
        var client = ChainClient.Start(_network[member], change is null ? options : change(options));
        _clients.Add(client);
        return client;
    }

    /// <summary>Reads changes until one of them satisfies the condition.</summary>
    public static async Task<ChainSnapshot> UntilAsync(ChainClient client, Func<ChainSnapshot, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        ChainSubscription subscription = await client.SubscribeAsync(limit.Token);
        ChainSnapshot now = subscription.Now;
        if (condition(now))
        {
            return now;
        }

        await foreach (ChainChange change in subscription.Changes.WithCancellation(limit.Token))
        {
            now = change switch
            {
                BlockCommitted b => now with { State = b.State, Recent = now.Recent.Insert(0, b.Block) },
                NodeStatusChanged s => now with
                {
                    Nodes = now.Nodes.SetItem((int)s.Status.Validator.Value - 1, s.Status),
                },
                SnapshotReplaced r => r.Snapshot,
                _ => now,
            };
            if (condition(now))
            {
                return now;
            }
        }

        throw new InvalidOperationException("the changes ended");
    }

    public static Task<ChainSnapshot> UntilAsync(ChainClient client, Height height) =>
        UntilAsync(client, s => s.State.Height >= height);

    public async ValueTask DisposeAsync()
    {
        foreach (ChainClient client in _clients)
        {
            await client.DisposeAsync();
        }

        foreach (TestValidator validator in Validators)
        {
            await validator.DisposeAsync();
        }
    }

    private void Report(string line)
    {
        lock (Reports)
        {
            Reports.Add(line);
        }
    }
}
