using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The asking side of the edge API on one connection; any number of questions may be under way.</summary>
internal sealed class EdgeLink : IAsyncDisposable
{
    private readonly SecureLink _link;
    private readonly ConcurrentDictionary<uint, (EdgeCall Call, TaskCompletionSource<byte[]> Answer)> _pending = new();
    private readonly Task _receiving;
    private uint _lastId;

    public EdgeLink(SecureConnection connection)
    {
        _link = new SecureLink(connection, EdgeLimits.ClientLink);
        _receiving = ReceiveAsync();
    }

    /// <summary>Null while open.</summary>
    public string? CloseReason => _link.CloseReason;

    /// <exception cref="LinkException">The connection ended.</exception>
    /// <exception cref="EdgeCallException">The edge server says why it does not answer.</exception>
    public async Task<byte[]> AskAsync(EdgeCall call, byte[] question, CancellationToken cancellation)
    {
        if (question.Length > call.QuestionBytesMax)
        {
            throw new EdgeCallException(
                EdgeFault.Refused, $"'{call}' of {question.Length} bytes; at most {call.QuestionBytesMax} are sent");
        }

        uint id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = (call, answer);
        try
        {
            if (_link.CloseReason is { } closed)
            {
                throw new LinkException($"{_link.Peer.Name}: {closed}");
            }

            var writer = new CanonicalWriter(question.Length + sizeof(uint));
            writer.UInt32(id).Fixed(question);
            await _link.SendAsync(call.Kind, writer.WrittenMemory, cancellation);
            return await answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _link.Close("closed here");
        await _receiving;
        await _link.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        while (await _link.ReceiveAsync(CancellationToken.None) is { } frame)
        {
            if (Take(frame) is { } fault)
            {
                _link.Close(fault);
                break;
            }
        }

        var ended = new LinkException($"{_link.Peer.Name}: {_link.CloseReason}");
        foreach ((_, TaskCompletionSource<byte[]> answer) in _pending.Values)
        {
            answer.TrySetException(ended);

            // Nobody may be waiting any more; then the fault is of no interest.
            _ = answer.Task.Exception;
        }
    }

    /// <summary>Null, or why the frame is none that an edge server may send.</summary>
    private string? Take(Frame frame)
    {
        if (frame.Payload.Length < sizeof(uint))
        {
            return "an answer without the number of its question";
        }

        uint id = new CanonicalReader(frame.Payload.Span).UInt32();
        if (!_pending.TryGetValue(id, out (EdgeCall Call, TaskCompletionSource<byte[]> Answer) pending))
        {
            // Given up by its caller in the meantime.
            return null;
        }

        ReadOnlySpan<byte> body = frame.Payload.Span[sizeof(uint)..];
        if (frame.Kind == pending.Call.AnswerKind)
        {
            pending.Answer.TrySetResult(body.ToArray());
            return null;
        }

        if (frame.Kind != EdgeCall.FailedKind)
        {
            return $"frame kind {frame.Kind} in answer to '{pending.Call}'";
        }

        var reader = new CanonicalReader(body);
        var failure = new EdgeCallException(reader.Enum<EdgeFault>(), reader.Text(EdgeLimits.ReasonBytesMax));
        pending.Answer.TrySetException(failure);
        _ = pending.Answer.Task.Exception;
        return reader.Finish() ? null : "malformed failure";
    }
}
