using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChainHealth.Dashboard.Tests;

public class ChainFeedTests
{
    [Fact]
    public async Task Pages_are_told_at_most_twice_a_second_and_of_the_newest_state()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var chain = new LedgerScenario();
        var client = new FakeChainClient(chain);
        using var feed = new ChainFeed(
            _ => Task.FromResult<IChainClient>(client), time, NullLogger<ChainFeed>.Instance);
        int told = 0;
        using IDisposable listening = feed.Listen(() => Interlocked.Increment(ref told));
        await feed.StartAsync(CancellationToken.None);
        await UntilAsync(() => feed.Now.State == FeedState.Live);
        int before = Volatile.Read(ref told);
        client.Tell(() => Notes(chain, 40));
        await UntilAsync(() => feed.Now.Snapshot!.State.Height.Value == 40 && feed.Index.Height.Value == 40);
        Assert.InRange(Volatile.Read(ref told) - before, 0, 1);
        int held = Volatile.Read(ref told);
        time.Advance(ChainFeed.NoticeInterval);
        Assert.InRange(Volatile.Read(ref told) - held, 0, 1);
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task All_pages_share_one_subscription()
    {
        var chain = new LedgerScenario();
        var client = new FakeChainClient(chain);
        using var feed = new ChainFeed(
            _ => Task.FromResult<IChainClient>(client), TimeProvider.System, NullLogger<ChainFeed>.Instance);
        await feed.StartAsync(CancellationToken.None);
        await UntilAsync(() => feed.Now.State == FeedState.Live);
        IDisposable[] pages = [.. Enumerable.Range(0, 10).Select(_ => feed.Listen(() => { }))];
        Assert.Equal(1, client.Subscriptions);
        Array.ForEach(pages, p => p.Dispose());
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_broken_subscription_is_opened_again_and_nothing_is_missed()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var chain = new LedgerScenario();
        var client = new FakeChainClient(chain);
        using var feed = new ChainFeed(
            _ => Task.FromResult<IChainClient>(client), time, NullLogger<ChainFeed>.Instance);
        await feed.StartAsync(CancellationToken.None);
        await UntilAsync(() => feed.Now.State == FeedState.Live);
        client.Break("lost");
        await UntilAsync(() => feed.Now.State == FeedState.Broken);
        Assert.Equal("lost", feed.Now.Fault);
        Notes(chain, 3);
        await UntilAsync(() =>
        {
            time.Advance(ChainFeed.RetryInterval);
            return feed.Now.State == FeedState.Live;
        });
        Assert.Equal(3UL, feed.Now.Snapshot!.State.Height.Value);
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_search_understands_heights_hashes_and_models()
    {
        var chain = new LedgerScenario();
        var story = new TrainingStory(chain);
        story.Begin(2);
        story.Round(1);
        var client = new FakeChainClient(chain);
        using var feed = new ChainFeed(
            _ => Task.FromResult<IChainClient>(client), TimeProvider.System, NullLogger<ChainFeed>.Instance);
        await feed.StartAsync(CancellationToken.None);
        await UntilAsync(() => feed.Now.Snapshot is { } s && feed.Index.Height == s.State.Height);
        CertifiedBlock block = chain.Blocks[4];
        async Task<string?> Find(string query) => await ChainSearch.FindAsync(feed, query, CancellationToken.None);
        Assert.Equal("/chain/block/5", await Find("5"));
        Assert.Equal("/chain/block/5", await Find(block.Block.Header.Hash().ToString()));
        Digest transaction = block.Block.Transactions[0].Id;
        Assert.Equal(Urls.Transaction(transaction), await Find(transaction.ToString()));
        Assert.Equal("/rounds/1/1", await Find(chain.Run().Records[0].Model!.Value.ToString()));
        Assert.Null(await Find("0"));
        Assert.Null(await Find(Digest.Sha256([1]).ToString()));
        Assert.Null(await Find("<script>"));
        await feed.StopAsync(CancellationToken.None);
    }

    private static void Notes(LedgerScenario chain, int count)
    {
        for (int i = 0; i < count; i++)
        {
            chain.Commit((chain.Network.Operator, new NoteBody(new ByteString([(byte)i]))));
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }
}
