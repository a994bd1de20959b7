using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class EdgeDoorTests : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private static readonly EdgeStatus Idle = new(
        "1.0", "wdbc", 120, false, "", EdgeActivity.Waiting, default, 0, 0, -1, "", default, default);

    private readonly TestNetwork _network;
    private readonly ConcurrentQueue<string> _reports = new();
    private readonly EdgeDoor _door;
    private readonly EdgeClient _dashboard;
    private Func<Member, ValueTask<EdgeStatus>> _status = _ => new(Idle);

    public EdgeDoorTests(TestNetwork network)
    {
        _network = network;
        EdgeAnswers answers = new EdgeAnswers()
            .On(EdgeCalls.Status, _ => null, (client, _, _) => _status(client))
            .On(EdgeCalls.StopRun, c => c.Role == MemberRole.Provider ? null : $"{c.Name} may not", (_, _, _) =>
                default)
            .On(EdgeCalls.Upload, _ => null, (_, chunk, _) =>
                new(new UploadProgress(chunk.Offset + chunk.Bytes.Length, "", "")));
        _door = EdgeDoor.Start(
            LinkPair.AnyPort, LinkIdentity.Of(network["provider"]), answers, _reports.Enqueue);
        _dashboard = ClientOf("dashboard");
    }

    private MemberId Provider => _network["provider"].Member.Id;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _dashboard.DisposeAsync();
        await _door.DisposeAsync();
    }

    [Fact]
    public async Task A_member_is_answered_and_known_by_its_key()
    {
        Member? asking = null;
        _status = client =>
        {
            asking = client;
            return new(Idle with { Round = 4 });
        };

        EdgeStatus status = await _dashboard.AskAsync(Provider, EdgeCalls.Status, default);

        Assert.Equal(Idle with { Round = 4 }, status);
        Assert.Equal("dashboard", asking!.Name);
    }

    [Fact]
    public async Task A_piece_of_the_largest_size_passes_the_door()
    {
        var chunk = new UploadChunk(1, "set.csv", EdgeLimits.ChunkBytes, 0, new byte[EdgeLimits.ChunkBytes]);
        UploadProgress progress = await _dashboard.AskAsync(Provider, EdgeCalls.Upload, chunk, default);
        Assert.Equal(EdgeLimits.ChunkBytes, progress.Received);
    }

    [Fact]
    public async Task What_a_role_may_not_ask_is_denied_and_the_connection_stays()
    {
        EdgeCallException denied = await FailsAsync(
            _dashboard.AskAsync(Provider, EdgeCalls.StopRun, new StopWish(new RunId(1), ""), default));
        Assert.Equal(EdgeFault.Denied, denied.Fault);
        Assert.Contains("dashboard may not", denied.Message, StringComparison.Ordinal);

        await using EdgeClient other = ClientOf("operator");
        await other.AskAsync(Provider, EdgeCalls.StopRun, new StopWish(new RunId(1), ""), default);
        Assert.Equal(Idle, await _dashboard.AskAsync(Provider, EdgeCalls.Status, default));
    }

    [Fact]
    public async Task A_question_without_an_answer_here_is_refused()
    {
        EdgeCallException refused = await FailsAsync(_dashboard.AskAsync(Provider, EdgeCalls.Datasets, default));
        Assert.Equal(EdgeFault.Refused, refused.Fault);
    }

    [Fact]
    public async Task A_fault_within_is_told_without_its_details_and_noted_with_them()
    {
        _status = _ => throw new InvalidOperationException("secret detail");

        EdgeCallException failed = await FailsAsync(_dashboard.AskAsync(Provider, EdgeCalls.Status, default));

        Assert.Equal(EdgeFault.Failed, failed.Fault);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
        Assert.Contains(_reports, r => r.Contains("secret detail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Questions_overtake_one_that_waits()
    {
        var gate = new TaskCompletionSource<EdgeStatus>();
        _status = _ => new(gate.Task);
        Task<EdgeStatus> slow = _dashboard.AskAsync(Provider, EdgeCalls.Status, default);

        var chunk = new UploadChunk(1, "set.csv", 1, 0, new byte[1]);
        await _dashboard.AskAsync(Provider, EdgeCalls.Upload, chunk, default);

        Assert.False(slow.IsCompleted);
        gate.SetResult(Idle);
        Assert.Equal(Idle, await slow);
    }

    [Fact]
    public async Task A_malformed_question_is_refused_by_name()
    {
        await using var link = new EdgeLinkProbe(await SecureDialer.ConnectAsync(
            _network.At("provider", _door.Local), LinkIdentity.Of(_network["hospital-1"]), LinkPurpose.Edge, default));
        Assert.Contains(
            "malformed question 'upload'", await link.FailureAsync(EdgeCalls.Upload.Kind, [1, 2, 3]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_that_is_no_question_ends_the_connection()
    {
        await using var link = new EdgeLinkProbe(await SecureDialer.ConnectAsync(
            _network.At("provider", _door.Local), LinkIdentity.Of(_network["hospital-1"]), LinkPurpose.Edge, default));
        Assert.Null(await link.FailureAsync(55, [1]));
    }

    [Fact]
    public async Task A_server_that_is_down_or_has_no_address_is_out_of_reach()
    {
        await _door.DisposeAsync();
        EdgeCallException down = await FailsAsync(_dashboard.AskAsync(Provider, EdgeCalls.Status, default));
        EdgeCallException unknown = await FailsAsync(
            _dashboard.AskAsync(_network["hospital-1"].Member.Id, EdgeCalls.Status, default));
        Assert.Equal(EdgeFault.Unreachable, down.Fault);
        Assert.Equal(EdgeFault.Unreachable, unknown.Fault);
    }

    [Fact]
    public void The_address_book_is_written_read_and_refused_where_it_is_damaged()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        var network = new NetworkFolder(folder.Path);
        Member hospital = _network["hospital-1"].Member;
        Assert.Null(EdgeAddresses.Load(network).Locate(hospital));
        EdgeAddresses.Of([new("hospital-1", "127.0.0.1:5204")]).Save(network);
        Assert.Equal("127.0.0.1:5204", EdgeAddresses.Load(network).Locate(hospital)!.Endpoint);

        File.WriteAllText(network.EdgeAddresses, """{"hospital-1": "nowhere"}""");
        Assert.Contains("address of hospital-1", Fault(network), StringComparison.Ordinal);
        File.WriteAllText(network.EdgeAddresses, "{");
        Assert.Contains("edges.json", Fault(network), StringComparison.Ordinal);
    }

    private static string Fault(NetworkFolder folder) =>
        Assert.Throws<NetworkFolderException>(() => EdgeAddresses.Load(folder)).Message;

    private static Task<EdgeCallException> FailsAsync(Task asked) =>
        Assert.ThrowsAsync<EdgeCallException>(() => asked);

    private EdgeClient ClientOf(string member) => new(
        LinkIdentity.Of(_network[member]), EdgeAddresses.Of([new("provider", _door.Local.ToString())]),
        () => _network.Genesis.Members);

    /// <summary>Sends bytes as they are.</summary>
    private sealed class EdgeLinkProbe(SecureConnection connection) : IAsyncDisposable
    {
        private readonly SecureLink _link = new(connection, EdgeLimits.ClientLink);

        /// <summary>The reason of the failure; null where the connection was ended.</summary>
        public async Task<string?> FailureAsync(byte kind, byte[] body)
        {
            await _link.SendAsync(kind, new byte[] { 9, 0, 0, 0 }.Concat(body).ToArray(), default);
            return await _link.ReceiveAsync(default) is { Kind: EdgeCall.FailedKind } frame
                ? System.Text.Encoding.UTF8.GetString(frame.Payload.Span[9..]) : null;
        }

        public ValueTask DisposeAsync() => _link.DisposeAsync();
    }
}
