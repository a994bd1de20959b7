using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Serves the client API on one connection until it ends: decodes, limits, dispatches, answers. Requests run
/// side by side; answers leave as they come.</summary>
public sealed class ClientApiServer
{
    private readonly SecureLink _link;
    private readonly IClientApi _api;
    private readonly RequestGate _gate;
    private readonly ClientApiLimits _limits;
    private readonly CancellationToken _ended;
    private Task _following = Task.CompletedTask;
    private bool _subscribed;

    private ClientApiServer(SecureLink link, IClientApi api, MemberGates gates, CancellationToken ended)
    {
        _link = link;
        _api = api;
        _gate = gates.Of(link.Peer.Id);
        _limits = gates.Limits;
        _ended = ended;
    }

    private Member Client => _link.Peer;

    /// <summary>Returns when the client hangs up, breaks the rules, or the token is cancelled. Why, says the result.
    /// </summary>
    public static async Task<string> ServeAsync(
        SecureConnection connection, IClientApi api, MemberGates gates, CancellationToken stopping)
    {
        await using var link = new SecureLink(connection, ClientLimits.ServerLink);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var server = new ClientApiServer(link, api, gates, ended.Token);
        try
        {
            await server.ReceiveAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            link.Close("stopping");
        }

        await ended.CancelAsync();
        await server._following;
        return link.CloseReason ?? "ended";
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        while (await _link.ReceiveAsync(stopping) is { } frame)
        {
            ClientRequest? request = ClientRequest.TryDecode(
                (ClientKind)frame.Kind, frame.Payload.Span, out uint id, out string? fault);
            if (request is null)
            {
                await ClientAnswers.FailAsync(_link, id, fault!, stopping);
                _link.Close(fault!);
                return;
            }

            int bytes = frame.Payload.Length;
            if (_gate.TryEnter(bytes) is { } busy)
            {
                await RefuseAsBusyAsync(request, id, busy, stopping);
                continue;
            }

            _ = AnswerAsync(request, id, bytes);
            await _gate.WaitForRoomAsync(stopping);
        }
    }

    private ValueTask RefuseAsBusyAsync(
        ClientRequest request, uint id, string reason, CancellationToken cancellation) =>
        request is SubmitRequest
            ? ClientAnswers.SubmittedAsync(_link, id, SubmitOutcome.Busy(reason), cancellation)
            : ClientAnswers.FailAsync(_link, id, "busy: " + reason, cancellation);

    private async Task AnswerAsync(ClientRequest request, uint id, int bytes)
    {
        try
        {
            await DispatchAsync(request, id);
        }
        catch (ClientApiException e)
        {
            _link.TrySend((byte)ClientKind.Failed, ClientAnswers.Failure(id, e.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or LinkException)
        {
            _link.Close(e.Message);
        }
        catch (Exception e)
        {
            _link.Close($"{request.Kind} failed within the node: {e.GetType().Name}: {e.Message}");
        }
        finally
        {
            _gate.Leave(bytes);
        }
    }

    private async ValueTask DispatchAsync(ClientRequest request, uint id)
    {
        switch (request)
        {
            case SubmitRequest submit:
                await SubmitAsync(submit, id);
                break;
            case GetBlocksRequest get:
                await ClientAnswers.BlocksAsync(
                    _link, id, await _api.GetBlocksAsync(Client, get.From, get.Count, _ended), _ended);
                break;
            case SubscribeRequest subscribe:
                Subscribe(subscribe.From, id);
                break;
            case GetModelRequest get:
                await ClientAnswers.ModelAsync(
                    _link, id, get.Model, await _api.GetModelAsync(Client, get.Model, _ended), _ended);
                break;
            case PutPackageRequest put:
                StoreOutcome stored = await _api.PutPackageAsync(
                    Client, put.Address, Bytes(put.SealedPackage), _ended);
                await ClientAnswers.StoredAsync(_link, id, stored, _ended);
                break;
            case GetReasonRequest get:
                await ClientAnswers.ReasonAsync(
                    _link, id, await _api.GetReasonAsync(Client, get.Run, get.Round, _ended), _ended);
                break;
            case GetProofRequest get:
                _gate.Charge(_limits.ProofRequests);
                await ClientAnswers.ProofAsync(
                    _link, id, await _api.GetProofAsync(Client, get.Question, _ended), _ended);
                break;
            case PredictRequest predict:
                byte[] answer = await _api.PredictAsync(Client, Bytes(predict.Question), _ended);
                await ClientAnswers.PredictedAsync(_link, id, answer, _ended);
                break;
            default:
                await ClientAnswers.StatusAsync(
                    _link, ClientKind.Status, id, await _api.GetStatusAsync(Client, _ended), _ended);
                break;
        }
    }

    private async ValueTask SubmitAsync(SubmitRequest submit, uint id)
    {
        SubmitOutcome outcome = await _api.SubmitAsync(Client, Bytes(submit.Transaction), _ended);
        if (outcome.Result == SubmitResult.Refused)
        {
            _gate.Charge(_limits.RefusalRequests);
        }

        await ClientAnswers.SubmittedAsync(_link, id, outcome, _ended);
    }

    /// <summary>The decoder made the array for this request alone, so it is handed on without a copy.</summary>
    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment)
            && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array : memory.ToArray();

    private void Subscribe(Height from, uint id)
    {
        if (_subscribed)
        {
            throw new ClientApiException("this connection has a subscription already");
        }

        _subscribed = true;
        _following = FollowAsync(from, id);
    }

    private async Task FollowAsync(Height from, uint id)
    {
        try
        {
            await foreach (ClientPush push in _api.FollowAsync(Client, from, _ended).WithCancellation(_ended))
            {
                await ClientAnswers.PushAsync(_link, id, push, _ended);
            }

            _link.Close("the node ended the subscription");
        }
        catch (Exception e) when (e is ClientApiException or LinkException or OperationCanceledException)
        {
            _link.TrySend((byte)ClientKind.Failed, ClientAnswers.Failure(id, e.Message));
        }
        catch (Exception e)
        {
            _link.Close($"subscription failed within the node: {e.GetType().Name}: {e.Message}");
        }
    }
}
