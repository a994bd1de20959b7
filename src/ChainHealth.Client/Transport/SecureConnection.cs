using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A TLS 1.3 connection whose two ends have proven their keys and agreed on chain, version and purpose. Use
/// <see cref="Stream"/> as it is (SMPC), or put a <see cref="SecureLink"/> on it for frames.</summary>
public sealed class SecureConnection : IAsyncDisposable
{
    private readonly Socket _socket;

    internal SecureConnection(
        Socket socket, SslStream stream, Member peer, LinkPurpose purpose, bool dialled, IPEndPoint remote)
    {
        _socket = socket;
        Stream = stream;
        Peer = peer;
        Purpose = purpose;
        Dialled = dialled;
        Remote = remote;
    }

    public Member Peer { get; }

    public LinkPurpose Purpose { get; }

    /// <summary>True on the side that made the connection.</summary>
    public bool Dialled { get; }

    public IPEndPoint Remote { get; }

    /// <summary>Duplex: one reader and one writer at a time. Small writes are sent at once (no Nagle).</summary>
    public Stream Stream { get; }

    /// <summary>Cuts the connection; reads and writes under way fail.</summary>
    public void Abort() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await Stream.DisposeAsync();
    }

    public override string ToString() => $"{Purpose} link with {Peer.Name} ({Remote})";
}
