using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Serves one greeted connection; the listener disposes it when the task ends.</summary>
public delegate Task ServeConnection(SecureConnection connection, CancellationToken stopping);

/// <summary>Accepts connections on one port, for all purposes, under limits. Each greeted connection is handed to the
/// serve delegate in a task of its own.</summary>
public sealed class SecureListener : IAsyncDisposable
{
    private static readonly TimeSpan AcceptRetryMax = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly LinkIdentity _self;
    private readonly ListenerLimits _limits;
    private readonly ListenerSlots _slots;
    private readonly ServeConnection _serve;
    private readonly Action<string> _report;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly Task _accepting;

    private SecureListener(
        Socket socket, LinkIdentity self, ListenerLimits limits, ServeConnection serve, Action<string>? report)
    {
        _socket = socket;
        _self = self;
        _limits = limits;
        _slots = new ListenerSlots(limits);
        _serve = serve;
        _report = report ?? (_ => { });
        Local = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    public IPEndPoint Local { get; }

    /// <summary>Listens from the return of this call on. Port 0 takes a free port (see <see cref="Local"/>).</summary>
    /// <param name="report">Told, in one line each, why connections were refused or failed.</param>
    /// <exception cref="LinkException">The address is not ours or the port is in use.</exception>
    public static SecureListener Start(
        IPEndPoint endpoint, LinkIdentity self, ListenerLimits limits, ServeConnection serve,
        Action<string>? report = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(endpoint);
            socket.Listen(limits.ConnectionsMax);
            return new SecureListener(socket, self, limits, serve, report);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"{endpoint}: the port is in use by another program"
                    : $"{endpoint}: cannot listen: {e.Message}",
                e);
        }
    }

    /// <summary>Stops listening, tells the serving tasks to stop and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync();
        }

        _socket.Dispose();
        await _accepting;
        await Task.WhenAll(_serving.Keys);
    }

    private async Task AcceptAsync()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(5), AcceptRetryMax);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync(_stopping.Token);
                backOff.Reset();
                Take(socket);
            }
            catch (Exception e) when (_stopping.IsCancellationRequested
                && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the peer was gone before it was accepted.
                _report($"accept failed: {e.Message}");
                await BackOff.WaitAsync(backOff.Next(), _stopping.Token);
            }
        }
    }

    private void Take(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote || !_slots.TryEnter(remote.Address))
        {
            _report($"connection from {socket.RemoteEndPoint} dropped: too many connections");
            socket.Dispose();
            return;
        }

        Task task = Task.Run(() => HandleAsync(socket, remote));
        _serving.TryAdd(task, 0);
        _ = task.ContinueWith(
            t => _serving.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task HandleAsync(Socket socket, IPEndPoint remote)
    {
        SecureConnection? connection = null;
        try
        {
            socket.NoDelay = true;
            connection = await GreetInTimeAsync(socket, remote);
            await ServeAsync(connection);
        }
        catch (Exception e) when (e is LinkException or IOException or SocketException or AuthenticationException
            or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _report($"connection from {connection?.ToString() ?? remote.ToString()} ended: {Reason(e)}");
            }
        }
        finally
        {
            socket.Dispose();
            _slots.Leave();
        }
    }

    private string Reason(Exception e) => e is OperationCanceledException
        ? $"no greeting within {_limits.HandshakeTimeout.TotalSeconds:0.#} s"
        : e.Message;

    private async Task<SecureConnection> GreetInTimeAsync(Socket socket, IPEndPoint remote)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        deadline.CancelAfter(_limits.HandshakeTimeout);
        try
        {
            return await GreetAsync(socket, remote, deadline.Token);
        }
        finally
        {
            _slots.Known(remote.Address);
        }
    }

    private async Task<SecureConnection> GreetAsync(Socket socket, IPEndPoint remote, CancellationToken cancellation)
    {
        SslStream tls = await TlsHandshake.ServeAsync(new NetworkStream(socket, true), _self, cancellation);
        try
        {
            Member? peer = _self.Resolve(TlsHandshake.PeerPin(tls));
            (byte kind, byte[] payload) = await Hello.ReceiveAsync(tls, cancellation);
            string? fault = kind == Hello.HelloKind ? null : "the first frame must be a hello";
            Hello? hello = fault is null ? Hello.TryDecode(payload, _self, out fault) : null;
            fault ??= peer is null ? "your TLS key is no member's" : RoleFault(peer, hello!.Purpose);
            if (fault is not null)
            {
                await Hello.RefuseAsync(tls, fault, cancellation);
                throw new LinkException($"refused: {fault}");
            }

            return new SecureConnection(socket, tls, peer!, hello!.Purpose, false, remote);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static string? RoleFault(Member peer, LinkPurpose purpose) =>
        purpose is LinkPurpose.Consensus or LinkPurpose.Smpc && peer.Role != MemberRole.Validator
            ? $"{peer.Name} is no validator; only the client purpose is open to it" : null;

    private async Task ServeAsync(SecureConnection connection)
    {
        await using (connection)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            deadline.CancelAfter(_limits.HandshakeTimeout);
            if (!_slots.TryAdmit(connection.Peer.Id, connection.Purpose))
            {
                string reason = $"too many connections of {connection.Peer.Name}";
                await Hello.RefuseAsync(connection.Stream, reason, deadline.Token);
                throw new LinkException(reason);
            }

            try
            {
                byte[] welcome = new Hello(_self.Version, _self.Chain, connection.Purpose).Encode();
                await Hello.SendAsync(connection.Stream, Hello.WelcomeKind, welcome, deadline.Token);
                await _serve(connection, _stopping.Token);
            }
            finally
            {
                _slots.Dismiss(connection.Peer.Id, connection.Purpose);
            }
        }
    }
}
