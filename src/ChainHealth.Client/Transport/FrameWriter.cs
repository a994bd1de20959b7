using System.Buffers;

namespace ChainHealth.Client;

/// <summary>Queues frames and writes them in order. Frames that come while a write is under way are written together by
/// the next one. Small payloads are copied into pooled blocks; large ones are written from the caller's
/// memory.</summary>
internal sealed class FrameWriter(Stream stream, LinkOptions options, Action<Exception> failed)
{
    private const int BlockBytes = 64 * 1024;
    private const int CopyMax = 32 * 1024;

    private readonly Lock _gate = new();
    private List<Segment> _queue = [];
    private long _queuedBytes;
    private bool _pumping;
    private bool _closed;
    private TaskCompletionSource? _room;

    public long BytesWritten { get; private set; }

    /// <summary>Bytes that wait or are being written.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_gate)
            {
                return _queuedBytes;
            }
        }
    }

    /// <summary>Copies the payload and returns at once; a thread of the pool writes. False, and nothing is sent, when
    /// the queue is full or the link is closed.</summary>
    public bool TrySend(byte kind, ReadOnlySpan<byte> payload)
    {
        bool start;
        lock (_gate)
        {
            if (_closed || _queuedBytes + payload.Length > options.QueueBytesMax)
            {
                return false;
            }

            Append(kind, payload);
            start = !_pumping;
            _pumping = true;
        }

        if (start)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static w => w.StartPump(), this, preferLocal: true);
        }

        return true;
    }

    /// <summary>Waits for room in the queue. A small payload is copied and may be reused at once; a large one is
    /// borrowed until the task ends. Begins to write on the caller's thread.</summary>
    /// <exception cref="LinkException">The link is closed.</exception>
    public async ValueTask SendAsync(byte kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        TaskCompletionSource? done = payload.Length > CopyMax
            ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        while (true)
        {
            Task room;
            lock (_gate)
            {
                ThrowIfClosed();
                if (_queuedBytes == 0 || _queuedBytes + payload.Length <= options.QueueBytesMax)
                {
                    Append(kind, payload, done);
                    room = Task.CompletedTask;
                }
                else
                {
                    _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    room = _room.Task;
                }
            }

            if (room.IsCompletedSuccessfully)
            {
                break;
            }

            await room.WaitAsync(cancellation);
        }

        PumpIfIdle();
        if (done is not null)
        {
            await done.Task;
        }
    }

    public void Close()
    {
        List<Segment> dropped;
        lock (_gate)
        {
            _closed = true;
            _room?.TrySetResult();
            _room = null;
            dropped = _queue;
            _queue = [];
        }

        foreach (Segment segment in dropped)
        {
            segment.Finish(new LinkException("the connection is closed"));
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new LinkException("the connection is closed");
        }
    }

    private void PumpIfIdle()
    {
        lock (_gate)
        {
            if (_pumping || _closed)
            {
                return;
            }

            _pumping = true;
        }

        StartPump();
    }

    private void StartPump() => _ = PumpAsync();

    private void Append(byte kind, ReadOnlyMemory<byte> payload, TaskCompletionSource? done)
    {
        if (done is null)
        {
            Append(kind, payload.Span);
            return;
        }

        Span<byte> header = Reserve(FrameReader.HeaderBytes);
        FrameReader.WriteHeader(header, kind, payload.Length);
        _queue.Add(new Segment { Borrowed = payload, Done = done });
        _queuedBytes += FrameReader.HeaderBytes + payload.Length;
    }

    private void Append(byte kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = Reserve(FrameReader.HeaderBytes + payload.Length);
        FrameReader.WriteHeader(frame, kind, payload.Length);
        payload.CopyTo(frame[FrameReader.HeaderBytes..]);
        _queuedBytes += frame.Length;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_queue.Count == 0 || !_queue[^1].HasRoom(bytes))
        {
            _queue.Add(new Segment { Rented = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, BlockBytes)) });
        }

        return _queue[^1].Reserve(bytes);
    }

    private async Task PumpAsync()
    {
        List<Segment> batch = [];
        int next = 0;
        try
        {
            while (Take(ref batch))
            {
                for (next = 0; next < batch.Count; next++)
                {
                    ReadOnlyMemory<byte> bytes = batch[next].Bytes;
                    await stream.WriteAsync(bytes);
                    Written(bytes.Length);
                    batch[next].Finish(null);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException
            or System.Net.Sockets.SocketException)
        {
            Close();
            for (; next < batch.Count; next++)
            {
                batch[next].Finish(new LinkException("the connection is closed", e));
            }

            failed(e);
        }
    }

    private bool Take(ref List<Segment> batch)
    {
        lock (_gate)
        {
            batch.Clear();
            (_queue, batch) = (batch, _queue);
            _pumping = batch.Count > 0;
            return _pumping;
        }
    }

    private void Written(int bytes)
    {
        lock (_gate)
        {
            BytesWritten += bytes;
            _queuedBytes -= bytes;
            _room?.TrySetResult();
            _room = null;
        }
    }

    private sealed class Segment
    {
        private int _used;

        public byte[]? Rented { get; init; }

        public ReadOnlyMemory<byte> Borrowed { get; init; }

        public TaskCompletionSource? Done { get; init; }

        public ReadOnlyMemory<byte> Bytes => Rented is null ? Borrowed : Rented.AsMemory(0, _used);

        public bool HasRoom(int bytes) => Rented is not null && Rented.Length - _used >= bytes;

        public Span<byte> Reserve(int bytes)
        {
            Span<byte> taken = Rented.AsSpan(_used, bytes);
            _used += bytes;
            return taken;
        }

        public void Finish(Exception? fault)
        {
            if (Rented is not null)
            {
                ArrayPool<byte>.Shared.Return(Rented);
            }

            if (fault is null)
            {
                Done?.TrySetResult();
            }
            else
            {
                Done?.TrySetException(fault);
            }
        }
    }
}
