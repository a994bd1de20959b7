using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>One connection at the answering side.</summary>
internal sealed class EdgeSession(
    SecureLink link, EdgeAnswers answers, Action<string> report, CancellationToken ended)
{
    private readonly RequestGate _gate = new(EdgeLimits.Gate, TimeProvider.System);
    private readonly ConcurrentDictionary<Task, byte> _answering = new();

    /// <summary>Returns when the member hangs up or breaks the rules.</summary>
    public async Task ReceiveAsync(CancellationToken stopping)
    {
        while (await link.ReceiveAsync(stopping) is { } frame)
        {
            EdgeCall? call = EdgeCalls.All.FirstOrDefault(c => c.Kind == frame.Kind);
            if (call is null || frame.Payload.Length < sizeof(uint))
            {
                link.Close($"frame kind {frame.Kind} of {frame.Payload.Length} bytes is no question");
                return;
            }

            uint id = new CanonicalReader(frame.Payload.Span).UInt32();
            int bytes = frame.Payload.Length;
            if (_gate.TryEnter(bytes) is { } busy)
            {
                await FailAsync(id, EdgeFault.Busy, "busy: " + busy);
                continue;
            }

            // The frame's bytes are the link's buffer until the next one is received.
            byte[] body = frame.Payload[sizeof(uint)..].ToArray();
            Task task = Task.Run(() => AnswerAsync(call, id, body, bytes), CancellationToken.None);
            _answering.TryAdd(task, 0);
            _ = task.ContinueWith(
                t => _answering.TryRemove(t, out _), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await _gate.WaitForRoomAsync(stopping);
        }
    }

    public Task DrainAsync() => Task.WhenAll(_answering.Keys);

    private async Task AnswerAsync(EdgeCall call, uint id, byte[] body, int bytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ended);
        limit.CancelAfter(call.Limit);
        try
        {
            EdgeAnswers.Answer answer = answers.Of(call.Kind)
                ?? throw new EdgeCallException(EdgeFault.Refused, $"'{call}' is not for this edge server");
            byte[] answered = await answer(link.Peer, body, limit.Token);
            if (answered.Length > call.AnswerBytesMax)
            {
                throw new EdgeCallException(
                    EdgeFault.Failed, $"the answer to '{call}' has {answered.Length} bytes, {call.AnswerBytesMax} fit");
            }

            await SendAsync(call.AnswerKind, id, answered);
        }
        catch (EdgeCallException e)
        {
            await FailAsync(id, e.Fault, e.Message);
        }
        catch (OperationCanceledException)
        {
            await FailAsync(id, EdgeFault.Failed, $"'{call}' took more than {call.Limit.TotalSeconds:0} s");
        }
        catch (LinkException)
        {
            // Nobody is there to be told.
        }
        catch (Exception e)
        {
            report($"'{call}' of {link.Peer.Name} failed: {e.GetType().Name}: {e.Message}");
            await FailAsync(id, EdgeFault.Failed, $"'{call}' failed within the edge server; its log says why");
        }
        finally
        {
            _gate.Leave(bytes);
        }
    }

    private async ValueTask FailAsync(uint id, EdgeFault fault, string reason)
    {
        var writer = new CanonicalWriter();
        writer.Byte((byte)fault).Text(Limited.Text(reason, EdgeLimits.ReasonBytesMax));
        await SendAsync(EdgeCall.FailedKind, id, writer.ToArray());
    }

    private async ValueTask SendAsync(byte kind, uint id, byte[] body)
    {
        var writer = new CanonicalWriter(body.Length + sizeof(uint));
        writer.UInt32(id).Fixed(body);
        try
        {
            await link.SendAsync(kind, writer.WrittenMemory, ended);
        }
        catch (Exception e) when (e is LinkException or OperationCanceledException)
        {
            // The connection has ended.
        }
    }
}
