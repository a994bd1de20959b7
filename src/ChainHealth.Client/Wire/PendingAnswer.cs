using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A request that waits for its answer, of one frame or of several.</summary>
internal abstract class PendingAnswer
{
    /// <summary>Takes a frame. Null, or why it is none that may come here; then the link is cut.</summary>
    public abstract ValueTask<string?> TakeAsync(ClientKind kind, ReadOnlyMemory<byte> body);

    public abstract void Fail(Exception reason);
}

internal abstract class PendingAnswer<T> : PendingAnswer
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Fail(Exception reason)
    {
        _result.TrySetException(reason);

        // Nobody may be waiting any more; then the fault is of no interest.
        _ = _result.Task.Exception;
    }

    protected void Complete(T result) => _result.TrySetResult(result);
}

/// <summary>One frame of one kind.</summary>
internal sealed class SingleAnswer<T>(ClientKind expected, CanonicalReader.ReadItem<T> read) : PendingAnswer<T>
{
    public override ValueTask<string?> TakeAsync(ClientKind kind, ReadOnlyMemory<byte> body)
    {
        if (kind != expected)
        {
            return new($"{kind} in answer to a request for {expected}");
        }

        var reader = new CanonicalReader(body.Span);
        T value = read(ref reader);
        if (!reader.Finish())
        {
            return new($"malformed {kind}: {reader.Fault}");
        }

        Complete(value);
        return new((string?)null);
    }
}

internal static class SingleAnswer
{
    public static SingleAnswer<T> Of<T>(ClientKind expected, CanonicalReader.ReadItem<T> read) => new(expected, read);
}

/// <summary>Chunks of a model, in order. The buffer grows with what has come.</summary>
internal sealed class ModelAnswer : PendingAnswer<byte[]>
{
    private readonly MemoryStream _received = new();

    public override ValueTask<string?> TakeAsync(ClientKind kind, ReadOnlyMemory<byte> body)
    {
        var reader = new CanonicalReader(body.Span);
        int total = reader.Int32();
        int offset = reader.Int32();
        ReadOnlySpan<byte> chunk = reader.Bytes(ClientLimits.ModelChunkBytes);
        if (kind != ClientKind.ModelChunk || !reader.Finish() || total is < 1 or > ClientLimits.ModelBytesMax
            || offset != _received.Length || chunk.IsEmpty || chunk.Length > total - offset)
        {
            return new($"malformed model chunk ({kind}, {chunk.Length} bytes at {offset} of {total})");
        }

        _received.Write(chunk);
        if (_received.Length == total)
        {
            Complete(_received.ToArray());
        }

        return new((string?)null);
    }
}

/// <summary>Pushed blocks and statuses; never complete by themselves.</summary>
internal sealed class PushedAnswers(Func<ClientPush, ValueTask> take) : PendingAnswer<bool>
{
    public override async ValueTask<string?> TakeAsync(ClientKind kind, ReadOnlyMemory<byte> body)
    {
        ClientPush? push = TryRead(kind, body.Span, out string? fault);
        if (push is not null)
        {
            await take(push);
        }

        return fault;
    }

    private static ClientPush? TryRead(ClientKind kind, ReadOnlySpan<byte> body, out string? fault)
    {
        var reader = new CanonicalReader(body);
        ClientPush? push = kind switch
        {
            ClientKind.BlockPushed => new BlockPush(reader.Bytes(ClientLimits.CertifiedBlockBytesMax).ToArray()),
            ClientKind.StatusPushed => new StatusPush(NodeStatusCodec.Read(ref reader)),
            _ => null,
        };
        fault = push is not null && reader.Finish() ? null : $"malformed {kind}: {reader.Fault}";
        return fault is null ? push : null;
    }
}
