using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class ClientApiTests : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private readonly TestNetwork _network;
    private readonly ScriptedApi _api = new();
    private readonly ConcurrentQueue<string> _ends = new();
    private readonly LinkPair _pair;
    private MemberGates _gates = new(new ClientApiLimits());

    public ClientApiTests(TestNetwork network)
    {
        _network = network;
        _pair = new LinkPair(network, serve: async (connection, stopping) =>
            _ends.Enqueue(await ClientApiServer.ServeAsync(connection, _api, _gates, stopping)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _pair.DisposeAsync();

    [Fact]
    public async Task A_submitted_transaction_reaches_the_node_with_its_senders_name()
    {
        await using ClientApiLink link = await LinkAsync();
        byte[]? seen = null;
        _api.Submit = bytes =>
        {
            seen = bytes;
            return new(SubmitOutcome.WrongNonce("nonce 3, 5 expected", 5));
        };

        SubmitOutcome outcome = await link.SubmitAsync(new byte[] { 1, 2, 3 }, default);

        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(_network["hospital-1"].Member.Id, _api.LastClient);
        Assert.Equal(new SubmitOutcome(SubmitResult.WrongNonce, "nonce 3, 5 expected", 5), outcome);
    }

    [Fact]
    public async Task Requests_overtake_one_that_waits()
    {
        await using ClientApiLink link = await LinkAsync();
        var gate = new TaskCompletionSource<SubmitOutcome>();
        _api.Submit = _ => new(gate.Task);

        Task<SubmitOutcome> slow = link.SubmitAsync(new byte[1], default);
        NodeStatus status = await link.GetStatusAsync(default);

        Assert.Equal(_api.Status, status);
        Assert.False(slow.IsCompleted);
        gate.SetResult(SubmitOutcome.Accepted);
        Assert.Equal(SubmitResult.Accepted, (await slow).Result);
    }

    [Fact]
    public async Task Requests_beyond_the_limit_are_busy()
    {
        _gates = new MemberGates(new ClientApiLimits { InFlightMax = 1 });
        await using ClientApiLink link = await LinkAsync();
        var gate = new TaskCompletionSource<SubmitOutcome>();
        _api.Submit = _ => new(gate.Task);

        Task<SubmitOutcome> first = link.SubmitAsync(new byte[1], default);
        SubmitOutcome second = await link.SubmitAsync(new byte[1], default);
        var third = await Assert.ThrowsAsync<ClientApiException>(() => link.GetStatusAsync(default));

        Assert.Equal(SubmitResult.Busy, second.Result);
        Assert.StartsWith("busy: 1 requests", third.Message, StringComparison.Ordinal);
        gate.SetResult(SubmitOutcome.Accepted);
        Assert.Equal(SubmitResult.Accepted, (await first).Result);
    }

    [Fact]
    public async Task Requests_faster_than_the_rate_are_busy()
    {
        _gates = new MemberGates(new ClientApiLimits { RequestsPerSecondMax = 3 });
        await using ClientApiLink link = await LinkAsync();
        int busy = 0;
        for (int i = 0; i < 20; i++)
        {
            busy += (await link.SubmitAsync(new byte[1], default)).Result == SubmitResult.Busy ? 1 : 0;
        }

        Assert.InRange(busy, 5, 17);
    }

    [Fact]
    public async Task Connections_of_one_member_share_its_rate_and_those_of_others_do_not()
    {
        var time = new FakeTime();
        _gates = new MemberGates(new ClientApiLimits { RequestsPerSecondMax = 4 }, time);
        await using ClientApiLink first = await LinkAsync();
        await using ClientApiLink second = await LinkAsync();
        var results = new List<SubmitResult>();
        for (int i = 0; i < 4; i++)
        {
            results.Add((await first.SubmitAsync(new byte[1], default)).Result);
            results.Add((await second.SubmitAsync(new byte[1], default)).Result);
        }

        Assert.Equal(4, results.Count(r => r == SubmitResult.Busy));
        await using ClientApiLink other = new(await _pair.DialAsync("hospital-2", LinkPurpose.Client));
        Assert.Equal(SubmitResult.Accepted, (await other.SubmitAsync(new byte[1], default)).Result);
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(SubmitResult.Accepted, (await second.SubmitAsync(new byte[1], default)).Result);
    }

    [Fact]
    public async Task A_refused_transaction_costs_its_sender_more_than_a_good_one()
    {
        var limits = new ClientApiLimits { RequestsPerSecondMax = 10, RefusalRequests = 9 };
        _gates = new MemberGates(limits, new FakeTime());
        _api.Submit = _ => new(SubmitOutcome.Refused("signature is not valid"));
        await using ClientApiLink link = await LinkAsync();
        Assert.Equal(SubmitResult.Refused, (await link.SubmitAsync(new byte[1], default)).Result);
        Assert.Equal(SubmitResult.Busy, (await link.SubmitAsync(new byte[1], default)).Result);
    }

    [Fact]
    public async Task A_proof_counts_as_many_requests()
    {
        var limits = new ClientApiLimits { RequestsPerSecondMax = 10, ProofRequests = 9 };
        _gates = new MemberGates(limits, new FakeTime());
        _api.Proof = Examples.Proof();
        await using ClientApiLink link = await LinkAsync();
        var question = new ModelQuestion(new RunId(1), 1);
        Assert.NotNull(await link.GetProofAsync(question, default));
        var busy = await Assert.ThrowsAsync<ClientApiException>(() => link.GetProofAsync(question, default));
        Assert.StartsWith("busy: more than 10 requests", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocks_come_in_one_answer_as_far_as_they_fit()
    {
        _api.Blocks.AddRange(Enumerable.Range(0, 300).Select(i => BitConverter.GetBytes(i)));
        await using ClientApiLink link = await LinkAsync();

        var blocks = await link.GetBlocksAsync(new Height(10), 256, default);
        Assert.Equal(_api.Blocks.Skip(9).Take(256), blocks);
        Assert.Empty(await link.GetBlocksAsync(new Height(301), 5, default));

        _api.Blocks.Clear();
        _api.Blocks.AddRange(Enumerable.Range(0, 4).Select(_ => new byte[ClientLimits.CertifiedBlockBytesMax]));
        Assert.Equal(2, (await link.GetBlocksAsync(new Height(1), 4, default)).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(ClientLimits.ModelChunkBytes)]
    [InlineData((2 * ClientLimits.ModelChunkBytes) + 1)]
    public async Task A_model_of_any_size_arrives_in_chunks(int bytes)
    {
        byte[] model = new byte[bytes];
        new Random(bytes).NextBytes(model);
        Digest hash = GlobalModel.HashOf(model);
        _api.Models[hash] = model;
        await using ClientApiLink link = await LinkAsync();

        Assert.Equal(model, await link.GetModelAsync(hash, default));
        var missing = await Assert.ThrowsAsync<ClientApiException>(() => link.GetModelAsync(Digest.Zero, default));
        Assert.Equal("model 00000000 is not here", missing.Message);
    }

    [Fact]
    public async Task A_package_is_stored_or_refused_with_a_reason()
    {
        byte[] sealedPackage = new byte[5_000_000];
        new Random(3).NextBytes(sealedPackage);
        var mine = new PackageAddress(new RunId(1), 2, _network["hospital-1"].Member.Id);
        await using ClientApiLink link = await LinkAsync();

        Assert.Equal(StoreOutcome.Done, await link.PutPackageAsync(mine, sealedPackage, default));
        Assert.Equal(sealedPackage, _api.Packages[mine]);
        StoreOutcome refused = await link.PutPackageAsync(mine with { Owner = new MemberId(77) }, new byte[1], default);
        Assert.Equal("not yours", refused.Reason);
        await Assert.ThrowsAsync<ClientApiException>(
            () => link.PutPackageAsync(mine, new byte[ClientLimits.PackageBytesMax + 1], default));
    }

    [Fact]
    public async Task A_proof_travels_whole_and_its_absence_is_said()
    {
        await using ClientApiLink link = await LinkAsync();
        var none = await Assert.ThrowsAsync<ClientApiException>(
            () => link.GetProofAsync(new ModelQuestion(new RunId(1), 1), default));
        Assert.Equal("the chain holds nothing of the kind", none.Message);

        _api.Proof = Examples.Proof();
        ChainProof proof = await link.GetProofAsync(new ModelQuestion(new RunId(1), 1), default);

        Assert.Equal(ChainProofCodec.Encode(_api.Proof), ChainProofCodec.Encode(proof));
    }

    [Fact]
    public async Task A_subscriber_is_pushed_blocks_and_statuses_in_order_and_has_one_subscription()
    {
        await using ClientApiLink link = await LinkAsync();
        var seen = new ConcurrentQueue<ClientPush>();
        var full = new TaskCompletionSource();
        Task following = link.FollowAsync(new Height(1), push =>
        {
            seen.Enqueue(push);
            if (seen.Count == 21)
            {
                full.SetResult();
            }

            return ValueTask.CompletedTask;
        }, default);
        for (byte i = 0; i < 20; i++)
        {
            _api.Pushes.Writer.TryWrite(new BlockPush([i]));
        }

        _api.Pushes.Writer.TryWrite(new StatusPush(_api.Status));
        await full.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => (byte)i), seen.OfType<BlockPush>().Select(b => b.CertifiedBlock[0]));
        Assert.Equal(_api.Status, Assert.IsType<StatusPush>(seen.Last()).Status);
        await Assert.ThrowsAsync<ClientApiException>(
            () => link.FollowAsync(new Height(1), _ => ValueTask.CompletedTask, default));
        link.Close("enough");
        await Assert.ThrowsAsync<LinkException>(() => following);
    }

    [Fact]
    public async Task A_fault_within_the_node_ends_the_connection_and_every_request_on_it()
    {
        await using ClientApiLink link = await LinkAsync();
        _api.Submit = _ => throw new InvalidOperationException("broken");

        await Assert.ThrowsAsync<LinkException>(() => link.SubmitAsync(new byte[1], default));
        await Assert.ThrowsAsync<LinkException>(() => link.GetStatusAsync(default));
        await link.Ended;
    }

    [Theory]
    [InlineData(99, new byte[] { 1, 0, 0, 0 }, "no request")]
    [InlineData(7, new byte[] { 1, 0, 0, 0, 5 }, "malformed GetStatus: 1 bytes left over")]
    [InlineData(7, new byte[] { 1 }, "malformed GetStatus")]
    [InlineData(2, new byte[] { 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127 }, "2147483647 blocks from 1")]
    public async Task A_malformed_request_is_answered_and_ends_the_connection(
        byte kind, byte[] payload, string expected)
    {
        await using var link = new SecureLink(await _pair.DialAsync(), ClientLimits.ClientLink);
        await link.SendAsync(kind, payload, default);

        Frame answer = (await link.ReceiveAsync(default))!.Value;
        Assert.Equal((byte)ClientKind.Failed, answer.Kind);
        string reason = System.Text.Encoding.UTF8.GetString(answer.Payload.Span[8..]);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.Null(await link.ReceiveAsync(default));
    }

    private async Task<ClientApiLink> LinkAsync() => new(await _pair.DialAsync());
}
