using System.Net.Sockets;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Frames over a secure connection. One task receives; any number may send. It hangs up by itself on a
/// malformed or oversized frame, on silence, on a frame that drips in, and on a peer that does not read;
/// <see cref="CloseReason"/> then says why.</summary>
public sealed class SecureLink : IAsyncDisposable
{
    /// <summary>Kinds from here on belong to the link itself.</summary>
    public const byte OwnKinds = 0xF0;

    private const byte KeepAliveKind = 0xFF;
    private const int KeepAlivesPerIdleTimeout = 3;
    private const int ChecksPerTimeout = 8;

    private readonly SecureConnection _connection;
    private readonly LinkOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly ITimer _watch;
    private readonly Progress _hearing;
    private readonly Progress _frame;
    private readonly Progress _speaking;
    private readonly Progress _writing;
    private readonly FrameRate _rate;
    private string? _closeReason;
    private bool _receiving;

    public SecureLink(SecureConnection connection, LinkOptions options)
    {
        _connection = connection;
        _options = options;
        _reader = new FrameReader(connection.Stream, options);
        _writer = new FrameWriter(connection.Stream, options, e => Close("write failed: " + e.Message));
        _hearing = new Progress(options.Time);
        _frame = new Progress(options.Time);
        _speaking = new Progress(options.Time);
        _writing = new Progress(options.Time);
        _rate = new FrameRate(options.FramesPerSecondMax, options.Time);
        TimeSpan shorter = options.IdleTimeout < options.FrameTimeout ? options.IdleTimeout : options.FrameTimeout;
        _watch = options.Time.CreateTimer(_ => Watch(), null, shorter / ChecksPerTimeout, shorter / ChecksPerTimeout);
    }

    public Member Peer => _connection.Peer;

    public SecureConnection Connection => _connection;

    /// <summary>Bytes handed to TLS since the start.</summary>
    public long BytesSent => _writer.BytesWritten;

    public long BytesReceived => _reader.BytesRead;

    /// <summary>Bytes that wait to be sent.</summary>
    public long QueuedBytes => _writer.QueuedBytes;

    /// <summary>Null while open.</summary>
    public string? CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>Copies the payload into the send queue and returns at once. False, and nothing is sent, when the queue
    /// is full or the link is closed. Frames sent in one go leave together.</summary>
    public bool TrySend(byte kind, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, OwnKinds);
        return _writer.TrySend(kind, payload);
    }

    /// <summary>Waits for room in the send queue and sends. Payloads above 32 KiB are not copied: leave them unchanged
    /// until the task ends.</summary>
    /// <exception cref="LinkException">The link is closed.</exception>
    public ValueTask SendAsync(byte kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, OwnKinds);
        return _writer.SendAsync(kind, payload, cancellation);
    }

    /// <summary>The next frame; null once the link is closed, by whomever and for whatever reason.</summary>
    public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            _hearing.Touch();
            _frame.Touch();
            Volatile.Write(ref _receiving, true);
            while (await _reader.ReadAsync(cancellation) is { } frame)
            {
                await KeepRateAsync(cancellation);
                if (frame.Kind != KeepAliveKind)
                {
                    return frame;
                }
            }

            Close("the other side hung up");
        }
        catch (LinkException e)
        {
            Close(e.Message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException
            or InvalidOperationException)
        {
            Close("read failed: " + e.Message);
        }
        finally
        {
            Volatile.Write(ref _receiving, false);
        }

        return null;
    }

    /// <summary>Cuts the connection; the first reason given stands.</summary>
    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is null)
        {
            _watch.Dispose();
            _writer.Close();
            _connection.Abort();
        }
    }

    /// <summary>Call when no receive is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Close("closed here");
        await _connection.DisposeAsync();
        _reader.Dispose();
    }

    /// <summary>Not reading is what slows the other side down. The watch knows that the silence is ours.</summary>
    private async ValueTask KeepRateAsync(CancellationToken cancellation)
    {
        TimeSpan wait = _rate.Take();
        if (wait > TimeSpan.Zero)
        {
            Volatile.Write(ref _receiving, false);
            await BackOff.WaitAsync(wait, cancellation);
            cancellation.ThrowIfCancellationRequested();
            _hearing.Touch();
            _frame.Touch();
            Volatile.Write(ref _receiving, true);
        }
    }

    private void Watch()
    {
        if (Volatile.Read(ref _receiving))
        {
            WatchReading();
        }

        long queued = _writer.QueuedBytes;
        long written = _writer.BytesWritten;
        if (queued == 0)
        {
            _writing.Touch();
        }

        if (_writing.SinceChange(written) > _options.FrameTimeout)
        {
            Close("the other side does not read");
        }
        else if (_speaking.SinceChange(written) > _options.IdleTimeout / KeepAlivesPerIdleTimeout)
        {
            _writer.TrySend(KeepAliveKind, default);
        }
    }

    private void WatchReading()
    {
        int expected = _reader.Expected;
        if (expected == 0)
        {
            _frame.Touch();
        }

        if (_hearing.SinceChange(_reader.BytesRead) > _options.IdleTimeout)
        {
            Close($"heard nothing for {_options.IdleTimeout.TotalSeconds:0.#} s");
        }
        else if (_frame.SinceChange(_reader.FramesRead) > _options.TimeFor(expected))
        {
            Close($"a frame of {expected} bytes was not complete in time");
        }
    }
}
