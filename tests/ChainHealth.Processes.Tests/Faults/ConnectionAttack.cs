using System.Net.Sockets;
using ChainHealth.Client;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Processes.Tests;

/// <summary>What became of a malformed frame.</summary>
internal sealed record FrameEnd(string Name, bool WasHungUpOn);

/// <summary>Hundreds of connections to one validator that say nothing, members that subscribe and do not read, and the
/// frames of the corpus.</summary>
internal sealed class ConnectionAttack : IAsyncDisposable
{
    private const int Strangers = 300;
    private const int SlowReaders = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _held = [];
    private readonly MemberIdentity _self;
    private readonly Member _victim;

    private ConnectionAttack(MemberIdentity self)
    {
        _self = self;
        _victim = self.Genesis.Validators()[0];
    }

    public static async Task<ConnectionAttack> StartAsync(string folder)
    {
        var attack = new ConnectionAttack(MemberIdentity.Load(folder, MemberNames.Hospital(4)));
        MemberEndpoint at = MemberEndpoint.TryParse(attack._victim.Endpoint)!.Value;
        for (int i = 0; i < Strangers; i++)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(at.Host, at.Port);
            attack._held.Add(new Held(socket));
        }

        for (int i = 0; i < SlowReaders; i++)
        {
            // The strangers hold the places of this address until their time for a greeting is over.
            SecureConnection connection = await attack.DialAsync();
            attack._held.Add(connection);
            await connection.Stream.WriteAsync(Framed(ClientKind.Subscribe, new SubscribeRequest(new Height(1))));
        }

        return attack;
    }

    /// <summary>Sends each frame of the corpus on a connection of its own and waits until that is closed.</summary>
    public async Task<FrameEnd[]> FramesAsync()
    {
        List<FrameEnd> ends = [];
        foreach ((string name, byte[] frame) in FrameCorpus.Frames)
        {
            await using SecureConnection connection = await DialAsync();
            ends.Add(new FrameEnd(name, await IsClosedAsync(connection, frame)));
        }

        return [.. ends];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable held in _held)
        {
            await held.DisposeAsync();
        }

        _self.Dispose();
    }

    private static byte[] Framed(ClientKind kind, ClientRequest request)
    {
        ReadOnlySpan<byte> body = request.Encode(1).Span;
        return [.. BitConverter.GetBytes(body.Length + 1), (byte)kind, .. body];
    }

    private static async Task<bool> IsClosedAsync(SecureConnection connection, byte[] frame)
    {
        using var timed = new CancellationTokenSource(Limit);
        try
        {
            await connection.Stream.WriteAsync(frame, timed.Token);
            var answer = new byte[4096];
            while (await connection.Stream.ReadAsync(answer, timed.Token) > 0)
            {
                // An explanation before the end, or keep-alives.
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<SecureConnection> DialAsync()
    {
        SecureConnection? connection = null;
        string last = "";
        await Wait.UntilAsync(
            () =>
            {
                Task<SecureConnection> dial = SecureDialer.ConnectAsync(
                    _victim, LinkIdentity.Of(_self), LinkPurpose.Client, default);
                dial.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
                last = dial.Exception?.InnerException?.Message ?? "";
                connection = dial.IsCompletedSuccessfully ? dial.Result : null;
                return connection is not null;
            },
            "a member is served in spite of the flood: " + last, Limit);
        return connection!;
    }

    private sealed class Held(TcpClient socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
