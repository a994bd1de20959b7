using System.Net;
using System.Net.Sockets;

namespace ChainHealth.Cli;

/// <summary>A TCP proxy in front of one listener, with a fault for each direction. It knows nothing of what passes.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Task _accepting;
    private LinkFault _there;
    private LinkFault _back;
    private TaskCompletionSource _changed = NewSignal();

    private FaultProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>Each chunk comes this much later.</summary>
    public TimeSpan Delay { get; set; }

    public static FaultProxy Start(int targetPort) => new(new IPEndPoint(IPAddress.Loopback, targetPort));

    /// <param name="there">From whoever dialled to the target.</param>
    /// <param name="back">From the target to whoever dialled.</param>
    public void Set(LinkFault there, LinkFault back)
    {
        lock (_gate)
        {
            (_there, _back) = (there, back);
            TaskCompletionSource changed = _changed;
            _changed = NewSignal();
            changed.SetResult();
            if (there == LinkFault.Cut || back == LinkFault.Cut)
            {
                foreach (Socket socket in _sockets)
                {
                    socket.Close(0);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        lock (_gate)
        {
            foreach (Socket socket in _sockets)
            {
                socket.Close(0);
            }
        }

        await _accepting;
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        List<Task> links = [];
        try
        {
            while (true)
            {
                Socket dialler = await _listener.AcceptSocketAsync(_stopping.Token);
                links.RemoveAll(l => l.IsCompleted);
                links.Add(Task.Run(() => LinkAsync(dialler)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(Socket dialler)
    {
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (dialler)
        {
            try
            {
                if (!Take(dialler, target))
                {
                    return;
                }

                await target.ConnectAsync(_target, _stopping.Token);
                dialler.NoDelay = target.NoDelay = true;
                await Task.WhenAny(PumpAsync(dialler, target, () => _there), PumpAsync(target, dialler, () => _back));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The link ended; so do both of its sockets.
            }
            finally
            {
                Leave(dialler, target);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<LinkFault> fault)
    {
        var chunk = new byte[ChunkBytes];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(chunk, _stopping.Token)) > 0)
            {
                await PassAsync(fault);
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _stopping.Token);
                }

                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(chunk.AsMemory(sent, read - sent), _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // As above.
        }
    }

    private async Task PassAsync(Func<LinkFault> fault)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (fault() == LinkFault.Pass)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(_stopping.Token);
        }
    }

    private bool Take(Socket dialler, Socket target)
    {
        lock (_gate)
        {
            bool open = _there != LinkFault.Cut && _back != LinkFault.Cut && !_stopping.IsCancellationRequested;
            return open && _sockets.Add(dialler) && _sockets.Add(target);
        }
    }

    private void Leave(Socket dialler, Socket target)
    {
        lock (_gate)
        {
            _sockets.Remove(dialler);
            _sockets.Remove(target);
        }
    }
}
