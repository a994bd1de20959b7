using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class BlockCacheTests(TestNetwork network) : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private const int Blocks = 12;

    private readonly TestCluster _cluster = new(network);
    private readonly TemporaryFolder _folder = new();

    private string CacheFile => Path.Combine(_folder.Path, "blocks.cache");

    public async Task InitializeAsync()
    {
        for (byte i = 0; i < Blocks; i++)
        {
            _cluster.Chain.Note("hospital-2", i);
        }

        await using ChainClient client = Client();
        await TestCluster.UntilAsync(client, new Height(Blocks));
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_restarted_client_fetches_only_what_is_new()
    {
        int served = Served();
        _cluster.Chain.Note("hospital-2", 99);

        await using ChainClient client = Client();
        ChainSnapshot now = await TestCluster.UntilAsync(client, new Height(Blocks + 1));

        Assert.Equal(_cluster.Chain.State.Root, now.State.Root);
        // One push to this client, perhaps one more on the old connection, whose end the validator may not have
        // noticed.
        Assert.InRange(Served(), served + 1, served + 2);
        Assert.Equal(Blocks + 1, (await client.GetBlocksAsync(new Height(1), 100, default)).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.999)]
    public async Task A_damaged_cache_is_cut_off_where_it_is_damaged_and_filled_again(double at)
    {
        byte[] good = File.ReadAllBytes(CacheFile);
        byte[] bad = [.. good];
        bad[(int)(at * good.Length)] ^= 0x40;
        File.WriteAllBytes(CacheFile, bad);

        await RestartAsync();

        Assert.Equal(good, File.ReadAllBytes(CacheFile));
    }

    [Fact]
    public async Task A_torn_tail_and_foreign_bytes_are_repaired()
    {
        byte[] good = File.ReadAllBytes(CacheFile);
        File.WriteAllBytes(CacheFile, good[..^7]);
        await RestartAsync();
        Assert.Equal(good, File.ReadAllBytes(CacheFile));

        File.WriteAllBytes(CacheFile, [.. good, 1, 2, 3, 4, 5]);
        await RestartAsync();
        Assert.Equal(good, File.ReadAllBytes(CacheFile));
    }

    [Fact]
    public async Task Two_clients_do_not_share_a_cache_file()
    {
        await using ChainClient client = Client();

        Assert.Throws<IOException>(() => Client());
    }

    private ChainClient Client() => _cluster.Client(change: o => o with { CacheFile = CacheFile });

    private int Served() => _cluster.Validators.Sum(v => v.BlocksServed);

    private async Task RestartAsync()
    {
        await using ChainClient client = Client();
        await TestCluster.UntilAsync(client, new Height(Blocks));
    }
}
