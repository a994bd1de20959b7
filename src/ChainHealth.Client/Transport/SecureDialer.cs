using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Makes connections to members.</summary>
public static class SecureDialer
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Connects, proves both keys and agrees on chain, version and purpose.</summary>
    /// <exception cref="LinkException">Not reachable in time, not the member it should be, or it refused us; the
    /// message says which.</exception>
    public static async Task<SecureConnection> ConnectAsync(
        Member peer, LinkIdentity self, LinkPurpose purpose, CancellationToken cancellation, TimeSpan? timeout = null)
    {
        MemberEndpoint endpoint = MemberEndpoint.TryParse(peer.Endpoint)
            ?? throw new LinkException($"{peer.Name} has no address: '{peer.Endpoint}'");
        TimeSpan limit = timeout ?? DefaultTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            return await GreetAsync(socket, peer, endpoint, self, purpose, deadline.Token);
        }
        catch (Exception e)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw e switch
            {
                LinkException => new LinkException($"{peer.Name} at {endpoint}: {e.Message}", e),
                OperationCanceledException => new LinkException(
                    $"{peer.Name} at {endpoint}: no answer within {limit.TotalSeconds:0.#} s", e),
                SocketException or IOException or AuthenticationException => new LinkException(
                    $"{peer.Name} at {endpoint}: {e.Message}", e),
                _ => e,
            };
        }
    }

    private static async Task<SecureConnection> GreetAsync(
        Socket socket, Member peer, MemberEndpoint endpoint, LinkIdentity self, LinkPurpose purpose,
        CancellationToken cancellation)
    {
        await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation);
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        SslStream tls = await TlsHandshake.DialAsync(new NetworkStream(socket, true), self, cancellation);
        try
        {
            if (TlsHandshake.PeerPin(tls) != peer.TlsPin)
            {
                throw new LinkException($"shows another TLS key than the chain knows for {peer.Name}");
            }

            byte[] hello = new Hello(self.Version, self.Chain, purpose).Encode();
            await Hello.SendAsync(tls, Hello.HelloKind, hello, cancellation);
            (byte kind, byte[] payload) = await Hello.ReceiveAsync(tls, cancellation);
            CheckAnswer(kind, payload, self, purpose);
            return new SecureConnection(socket, tls, peer, purpose, true, remote);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static void CheckAnswer(byte kind, byte[] payload, LinkIdentity self, LinkPurpose purpose)
    {
        if (kind == Hello.RefusedKind)
        {
            throw new LinkException("refused: " + Printable(payload));
        }

        string? fault = "unexpected answer to the hello";
        Hello? welcome = kind == Hello.WelcomeKind ? Hello.TryDecode(payload, self, out fault) : null;
        if (welcome is null || welcome.Purpose != purpose)
        {
            throw new LinkException(fault ?? "welcomed for another purpose");
        }
    }

    private static string Printable(byte[] text) =>
        new([.. Encoding.UTF8.GetString(text).Select(c => char.IsControl(c) ? ' ' : c)]);
}
