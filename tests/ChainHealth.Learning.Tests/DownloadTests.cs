using System.Security.Cryptography;

namespace ChainHealth.Learning.Tests;

public sealed class DownloadTests : IDisposable
{
    private static readonly DownloadLimits Limits = new(1 << 20, TimeSpan.FromSeconds(10), 3);
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly byte[] content = new byte[300_000];
    private readonly string checksum;

    public DownloadTests()
    {
        new Random(1).NextBytes(content);
        checksum = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
    }

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_with_progress_and_not_fetched_again()
    {
        await using var server = new TinyWebServer(content);
        var seen = new List<DownloadProgress>();

        string path = await FetchAsync(server, progress: seen.Add);
        await FetchAsync(server);

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(new DownloadProgress(content.Length, content.Length), seen[^1]);
        Assert.Equal(seen.Select(s => s.Bytes).Order(), seen.Select(s => s.Bytes));
        Assert.Single(server.Requests);
        Assert.Single(Directory.GetFiles(folder.Folder));
    }

    [Fact]
    public async Task An_interrupted_transfer_goes_on_where_it_stopped()
    {
        await using var server = new TinyWebServer(content) { Interruptions = 2 };

        string path = await FetchAsync(server);

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(3, server.Requests.Count);
        Assert.Null(server.Requests[0]);
        Assert.True(server.Requests[1] > 0);
        Assert.True(server.Requests[2] > server.Requests[1]);
    }

    [Fact]
    public async Task After_too_many_interruptions_the_next_call_continues()
    {
        await using var server = new TinyWebServer(content) { Interruptions = 3 };

        string fault = (await Assert.ThrowsAsync<DatasetException>(() => FetchAsync(server))).Message;
        Assert.Contains("not fetched in 3 attempts", fault, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["set.npz.part"]));
        string path = await FetchAsync(server);

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.True(server.Requests[3] > content.Length / 2);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_whole_again()
    {
        await using var server = new TinyWebServer(content) { Interruptions = 1, KnowsRanges = false };

        Assert.Equal(content, File.ReadAllBytes(await FetchAsync(server)));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing_behind()
    {
        await using var server = new TinyWebServer(content[1..]);

        string fault = (await Assert.ThrowsAsync<DatasetException>(() => FetchAsync(server))).Message;

        Assert.Contains($"expected {checksum}; the file was thrown away", fault, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Folder));
    }

    [Fact]
    public async Task A_file_over_the_limit_and_an_error_of_the_server_are_refused()
    {
        await using var large = new TinyWebServer(new byte[(1 << 20) + 1]);
        await using var missing = new TinyWebServer(content) { Status = "404 Not Found" };

        Assert.Contains("larger than 1048576 bytes",
            (await Assert.ThrowsAsync<DatasetException>(() => FetchAsync(large))).Message, StringComparison.Ordinal);
        Assert.Contains("answers 404",
            (await Assert.ThrowsAsync<DatasetException>(() => FetchAsync(missing))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_of_the_catalog_without_an_address_says_where_it_comes_from()
    {
        var download = new DatasetDownload(client, Limits);

        DatasetException embedded = await Assert.ThrowsAsync<DatasetException>(
            () => download.FetchAsync(DatasetCatalog.Find("wdbc")!, folder.Folder));
        DatasetException derived = await Assert.ThrowsAsync<DatasetException>(
            () => download.FetchAsync(DatasetCatalog.Find("bccd")!, folder.Folder));

        Assert.Equal("data set 'wdbc' is part of the product", embedded.Message);
        Assert.Contains("BCCD_Dataset", derived.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_but_unnamed_file_is_only_checked()
    {
        File.WriteAllBytes(folder["set.npz.part"], content);
        await using var server = new TinyWebServer(content);

        Assert.Equal(content, File.ReadAllBytes(await FetchAsync(server)));
    }

    private Task<string> FetchAsync(TinyWebServer server, Action<DownloadProgress>? progress = null) =>
        new DatasetDownload(client, Limits).FetchAsync(server.Address, folder.Folder, "set.npz", checksum, progress);
}
