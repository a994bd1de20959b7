using System.Net.Security;
using System.Net.Sockets;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class SecureListenerTests(TestNetwork network) : IClassFixture<TestNetwork>
{
    [Fact]
    public async Task Both_ends_know_each_other_and_the_raw_stream_carries_bytes()
    {
        await using var pair = new LinkPair(network);
        await using SecureConnection near = await pair.DialAsync("validator-2", LinkPurpose.Smpc);
        SecureConnection far = await pair.Accepted;

        Assert.Equal("validator-1", near.Peer.Name);
        Assert.Equal("validator-2", far.Peer.Name);
        Assert.Equal(LinkPurpose.Smpc, far.Purpose);
        byte[] sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        Task write = near.Stream.WriteAsync(sent).AsTask();
        await far.Stream.ReadExactlyAsync(received);
        await write;
        Assert.Equal(Digest.Sha256(sent), Digest.Sha256(received));
    }

    [Fact]
    public async Task A_key_that_is_no_members_is_refused_with_the_reason()
    {
        using var other = new TestNetwork();
        await using var pair = new LinkPair(network);
        var stranger = new LinkIdentity(
            network["hospital-1"].Chain, other["hospital-1"].Certificate, LinkIdentity.ByGenesis(network.Genesis));

        var refused = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync(self: stranger));

        Assert.EndsWith("refused: your TLS key is no member's", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_with_another_key_than_the_genesis_names_is_not_believed()
    {
        await using var pair = new LinkPair(network);

        var fault = await Assert.ThrowsAsync<LinkException>(() => SecureDialer.ConnectAsync(
            network.At("validator-3", pair.Listener.Local), LinkIdentity.Of(network["hospital-1"]), LinkPurpose.Client,
            CancellationToken.None));

        Assert.EndsWith("another TLS key than the chain knows for validator-3", fault.Message);
    }

    [Fact]
    public async Task A_wrong_genesis_is_refused_with_both_chains_named()
    {
        await using var pair = new LinkPair(network);
        var wrong = new LinkIdentity(
            Digest.Sha256("other"u8), network["hospital-1"].Certificate, LinkIdentity.ByGenesis(network.Genesis));

        var refused = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync(self: wrong));

        Assert.Contains($"wrong genesis: yours is {wrong.Chain.Short}, ours is {network.Genesis.Hash().Short}",
            refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task A_build_that_speaks_another_protocol_version_is_refused_with_both_versions_named(int version)
    {
        await using var pair = new LinkPair(network);
        var other = new LinkIdentity(
            network.Genesis.Hash(), network["hospital-1"].Certificate, LinkIdentity.ByGenesis(network.Genesis))
        {
            Version = (ushort)version,
        };

        var refused = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync(self: other));

        Assert.Contains($"protocol version {version} is not spoken here, only {LinkIdentity.CurrentVersion}",
            refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_validators_may_speak_of_consensus_or_SMPC()
    {
        await using var pair = new LinkPair(network);

        var refused = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync("provider", LinkPurpose.Consensus));

        Assert.Contains("provider is no validator", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_may_hold_only_so_many_connections_and_gets_room_again_when_one_ends()
    {
        await using var pair = new LinkPair(
            network, new ListenerLimits { ConnectionsPerMemberMax = 1 }, async (connection, stopping) =>
                await connection.Stream.ReadAtLeastAsync(new byte[1], 1, false, stopping));
        SecureConnection first = await pair.DialAsync();

        var refused = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync());
        Assert.Contains("too many connections of hospital-1", refused.Message, StringComparison.Ordinal);
        await (await pair.DialAsync("hospital-2")).DisposeAsync();
        await first.DisposeAsync();
        await Eventually(async () =>
        {
            await using SecureConnection again = await pair.DialAsync();
        });
    }

    [Fact]
    public async Task Strangers_beyond_the_limit_are_dropped_at_once()
    {
        await using var pair = new LinkPair(network, new ListenerLimits { StrangersPerAddressMax = 2 });
        using var one = Silent(pair);
        using var two = Silent(pair);
        using var three = Silent(pair);

        Assert.Equal(0, await three.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Who_says_nothing_or_drips_is_hung_up_on()
    {
        var limits = new ListenerLimits { HandshakeTimeout = TimeSpan.FromMilliseconds(1500) };
        await using var pair = new LinkPair(network, limits);
        using Socket silent = Silent(pair);
        await using SslStream half = await GreetTlsAsync(pair);
        await half.WriteAsync(new byte[] { 40 });

        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]));
        Assert.Equal(0, await ReadToEndAsync(half));
        await pair.ReportedAsync("no greeting within 1.5 s");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 0xF0 })]
    [InlineData(new byte[] { 2, 2, 0, 0, 0xF0 })]
    public async Task A_first_frame_of_impossible_length_ends_the_connection(byte[] frame)
    {
        await using var pair = new LinkPair(network);
        await using SslStream tls = await GreetTlsAsync(pair);
        await tls.WriteAsync(frame);

        Assert.Equal(0, await ReadToEndAsync(tls));
    }

    [Fact]
    public async Task A_port_in_use_and_a_port_without_listener_are_named()
    {
        await using var pair = new LinkPair(network);
        var fault = Assert.Throws<LinkException>(() => SecureListener.Start(
            pair.Listener.Local, LinkIdentity.Of(network["validator-2"]), new ListenerLimits(),
            (_, _) => Task.CompletedTask));
        Assert.Contains("the port is in use", fault.Message, StringComparison.Ordinal);

        await pair.Listener.DisposeAsync();
        var unreachable = await Assert.ThrowsAsync<LinkException>(() => pair.DialAsync());
        Assert.Contains($"validator-1 at {pair.Listener.Local}: ", unreachable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redial_comes_back_when_the_listener_does()
    {
        await using var pair = new LinkPair(network);
        using var stop = new CancellationTokenSource();
        int connected = 0;
        Task redial = Redial.RunAsync(
            network.At("validator-1", pair.Listener.Local), LinkIdentity.Of(network["hospital-1"]), LinkPurpose.Client,
            (_, _) => Task.FromResult(Interlocked.Increment(ref connected) < 3 ? 0 : Stop(stop)), null, stop.Token,
            new BackOff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)));

        await redial.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(3, connected);
    }

    private static int Stop(CancellationTokenSource stop)
    {
        stop.Cancel();
        return 0;
    }

    private static async Task Eventually(Func<Task> attempt)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (LinkException) when (i < 200)
            {
                await BackOff.WaitAsync(TimeSpan.FromMilliseconds(i), CancellationToken.None);
            }
        }
    }

    private static Socket Silent(LinkPair pair)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(pair.Listener.Local);
        return socket;
    }

    private static async Task<int> ReadToEndAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<SslStream> GreetTlsAsync(LinkPair pair) => await TlsHandshake.DialAsync(
        new NetworkStream(Silent(pair), true), LinkIdentity.Of(network["hospital-1"]), CancellationToken.None);
}
