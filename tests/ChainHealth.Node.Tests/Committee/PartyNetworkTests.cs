using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class PartyNetworkTests : IDisposable
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> _open = [];

    public void Dispose() => _open.ForEach(o => o.Dispose());

    [Fact]
    public async Task The_check_over_sockets_gives_what_it_gives_in_memory()
    {
        Architecture architecture = Architectures.TryCreate("mlp", new TensorShape(1, 1, 6), 2, out _)!;
        CheckJob[] jobs = MpcBench.Jobs(architecture, 3, 16, seed: 5);
        CheckResult[] overSockets = await CheckAsync(await ConnectAsync(Patient), jobs);
        CheckResult[] inMemory = await CheckAsync(InProcessNetwork.Create(), jobs);
        Assert.All(overSockets, r => Assert.Equal(overSockets[0].Transcript, r.Transcript));
        Assert.Equal(inMemory[0].Accepted, overSockets[0].Accepted);
        Assert.Equal(inMemory[0].Statistics.Exchanges, overSockets[0].Statistics.Exchanges);
    }

    [Fact]
    public async Task Megabytes_move_in_all_directions_at_once()
    {
        TlsPartyNetwork[] networks = await ConnectAsync(Patient);
        byte[] received = [];
        await Task.WhenAll(networks.Select(async network =>
        {
            var messages = new ExchangeMessages();
            var buffers = new byte[ExchangeMessages.Parties][];
            for (int p = 0; p < ExchangeMessages.Parties; p++)
            {
                if (p != network.Party)
                {
                    var message = new byte[3_000_000];
                    Array.Fill(message, (byte)((16 * network.Party) + p));
                    messages.Send(p, message);
                    messages.Await(p, buffers[p] = new byte[3_000_000]);
                }
            }

            await network.ExchangeAsync(messages, CancellationToken.None);
            received = network.Party == 2 ? buffers[1] : received;
        }));
        Assert.All(received, b => Assert.Equal(0x12, b));
        Assert.Equal(3 * (3_000_000 + PartyStream.HeaderBytes), networks[0].BytesSent);
    }

    [Fact]
    public async Task A_silent_party_is_named()
    {
        TlsPartyNetwork[] networks = await ConnectAsync(TimeSpan.FromMilliseconds(300));
        var messages = new ExchangeMessages { Exchange = 7 };
        messages.Await(2, new byte[10]);
        var abort = await Assert.ThrowsAsync<MpcAbortException>(
            () => networks[0].ExchangeAsync(messages, CancellationToken.None).AsTask());
        Assert.Equal((AbortCause.Silent, 7UL, 2), (abort.Cause, abort.Exchange, abort.Suspect));
    }

    [Fact]
    public async Task A_party_that_hangs_up_is_named_at_once()
    {
        TlsPartyNetwork[] networks = await ConnectAsync(Patient);
        networks[3].Dispose();
        var messages = new ExchangeMessages();
        messages.Await(1, new byte[10]);
        messages.Await(3, new byte[10]);
        var abort = await Assert.ThrowsAsync<MpcAbortException>(
            () => networks[0].ExchangeAsync(messages, CancellationToken.None).AsTask());
        Assert.Equal((AbortCause.Silent, 3), (abort.Cause, abort.Suspect));
    }

    [Fact]
    public async Task A_message_of_another_length_or_exchange_is_refused()
    {
        TlsPartyNetwork[] networks = await ConnectAsync(Patient);
        var sent = new ExchangeMessages { Exchange = 1 };
        sent.Send(0, new byte[5]);
        sent.Send(2, new byte[4]);
        var wanted = new ExchangeMessages { Exchange = 1 };
        wanted.Await(1, new byte[4]);
        var later = new ExchangeMessages { Exchange = 2 };
        later.Await(1, new byte[4]);
        await networks[1].ExchangeAsync(sent, CancellationToken.None);
        var length = await Assert.ThrowsAsync<MpcAbortException>(
            () => networks[0].ExchangeAsync(wanted, CancellationToken.None).AsTask());
        var number = await Assert.ThrowsAsync<MpcAbortException>(
            () => networks[2].ExchangeAsync(later, CancellationToken.None).AsTask());
        Assert.Equal((AbortCause.WrongLength, 1), (length.Cause, length.Suspect));
        Assert.Equal((AbortCause.WrongLength, 1), (number.Cause, number.Suspect));
    }

    private static async Task<CheckResult[]> CheckAsync(IPartyNetwork[] networks, CheckJob[] jobs)
    {
        return await Task.WhenAll(networks.Select((n, p) => Task.Run(async () =>
        {
            using MpcSession session = await MpcSession.StartAsync(
                n, Digest.Zero, RandomNumberGenerator.Fill, CancellationToken.None);
            return await PoisoningCheck.RunAsync(session, jobs[p], CancellationToken.None);
        })));
    }

    private async Task<TlsPartyNetwork[]> ConnectAsync(TimeSpan silenceMax)
    {
        var streams = new Stream?[ExchangeMessages.Parties][];
        for (int p = 0; p < streams.Length; p++)
        {
            streams[p] = new Stream?[ExchangeMessages.Parties];
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (int a = 0; a < streams.Length; a++)
        {
            for (int b = a + 1; b < streams.Length; b++)
            {
                var dialled = new TcpClient();
                await dialled.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
                TcpClient accepted = await listener.AcceptTcpClientAsync();
                _open.AddRange([dialled, accepted]);
                (streams[a][b], streams[b][a]) = (dialled.GetStream(), accepted.GetStream());
            }
        }

        return [.. streams.Select((s, p) => new TlsPartyNetwork(p, s, silenceMax))];
    }
}
