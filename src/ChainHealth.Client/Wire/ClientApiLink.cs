using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The asking side of the client API on one connection. Any number of requests may be in flight. When the
/// connection ends, every request under way fails with a <see cref="LinkException"/>.</summary>
public sealed class ClientApiLink : IAsyncDisposable
{
    private const int QueuedBytesMax = 32 * 1024;

    private readonly SecureLink _link;
    private readonly ConcurrentDictionary<uint, PendingAnswer> _pending = new();
    private readonly Task _receiving;
    private uint _lastId;

    public ClientApiLink(SecureConnection connection)
    {
        _link = new SecureLink(connection, ClientLimits.ClientLink);
        _receiving = ReceiveAsync();
    }

    public Member Peer => _link.Peer;

    /// <summary>Null while open.</summary>
    public string? CloseReason => _link.CloseReason;

    /// <summary>Ends when the connection does; never fails.</summary>
    public Task Ended => _receiving;

    public void Close(string reason) => _link.Close(reason);

    /// <param name="transaction">Canonical bytes of a signed transaction.</param>
    public Task<SubmitOutcome> SubmitAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation) =>
        AskAsync(new SubmitRequest(transaction), SingleAnswer.Of(
            ClientKind.Submitted, (ref CanonicalReader r) => SubmitOutcome.Read(ref r)), cancellation);

    /// <summary>Canonical bytes of certified blocks; not verified here.</summary>
    public Task<ImmutableArray<byte[]>> GetBlocksAsync(Height from, int count, CancellationToken cancellation) =>
        AskAsync(new GetBlocksRequest(from, count), SingleAnswer.Of(
            ClientKind.Blocks,
            (ref CanonicalReader r) => r.List(
                count, (ref CanonicalReader b) => b.Bytes(ClientLimits.CertifiedBlockBytesMax).ToArray())),
            cancellation);

    /// <summary>Bytes of a model; the caller checks the hash.</summary>
    public Task<byte[]> GetModelAsync(Digest model, CancellationToken cancellation) =>
        AskAsync(new GetModelRequest(model), new ModelAnswer(), cancellation);

    /// <summary>A proof; the caller verifies it.</summary>
    public Task<ChainProof> GetProofAsync(ProofQuestion question, CancellationToken cancellation) =>
        AskAsync(new GetProofRequest(question), SingleAnswer.Of(ClientKind.Proof, ReadProof), cancellation);

    public Task<byte[]> GetReasonAsync(RunId run, int round, CancellationToken cancellation) =>
        AskAsync(new GetReasonRequest(run, round), SingleAnswer.Of(
            ClientKind.Reason, (ref CanonicalReader r) => r.Bytes(ReasonParts.Count).ToArray()), cancellation);

    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellation) =>
        AskAsync(new GetStatusRequest(), SingleAnswer.Of(
            ClientKind.Status, (ref CanonicalReader r) => NodeStatusCodec.Read(ref r)), cancellation);

    /// <summary>The validator's shares of the scores of a private prediction.</summary>
    public Task<byte[]> PredictAsync(ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        if (question.Length > ClientLimits.QuestionBytesMax)
        {
            throw new ClientApiException(
                $"a question of {question.Length} bytes; at most {ClientLimits.QuestionBytesMax} allowed");
        }

        return AskAsync(new PredictRequest(question), SingleAnswer.Of(
            ClientKind.Predicted, (ref CanonicalReader r) => r.Bytes(ClientLimits.PredictionBytesMax).ToArray()),
            cancellation);
    }

    /// <summary>Answers when the package is on the validator's disk.</summary>
    public Task<StoreOutcome> PutPackageAsync(
        PackageAddress address, ReadOnlyMemory<byte> sealedPackage, CancellationToken cancellation)
    {
        if (sealedPackage.Length > ClientLimits.PackageBytesMax)
        {
            throw new ClientApiException(
                $"package of {sealedPackage.Length} bytes; at most {ClientLimits.PackageBytesMax} allowed");
        }

        return AskAsync(new PutPackageRequest(address, sealedPackage), SingleAnswer.Of(
            ClientKind.Stored, (ref CanonicalReader r) => StoreOutcome.Read(ref r)), cancellation);
    }

    /// <summary>Blocks from a height on and statuses, as the node pushes them, until the connection ends or the node
    /// refuses; the consumer must not hold the link up for long.</summary>
    /// <param name="take">Called in order, one at a time; the link reads on when it is done.</param>
    /// <exception cref="LinkException">The connection ended.</exception>
    /// <exception cref="ClientApiException">The node refuses the subscription.</exception>
    public Task FollowAsync(Height from, Func<ClientPush, ValueTask> take, CancellationToken cancellation) =>
        AskAsync(new SubscribeRequest(from), new PushedAnswers(take), cancellation);

    public async ValueTask DisposeAsync()
    {
        _link.Close("closed here");
        await _receiving;
        await _link.DisposeAsync();
    }

    private static ChainProof ReadProof(ref CanonicalReader reader)
    {
        ChainProof? proof = ChainProofCodec.TryDecode(reader.Bytes(ClientLimits.ProofBytesMax), out string? fault);
        if (proof is null)
        {
            reader.Fail(fault!);
        }

        return proof!;
    }

    private async Task<T> AskAsync<T>(ClientRequest request, PendingAnswer<T> answer, CancellationToken cancellation)
    {
        uint id = Interlocked.Increment(ref _lastId);
        _pending[id] = answer;
        try
        {
            if (_link.CloseReason is { } closed)
            {
                throw new LinkException($"{Peer.Name}: {closed}");
            }

            // Queued where it may be, so that requests of many callers leave together.
            ReadOnlyMemory<byte> encoded = request.Encode(id);
            if (encoded.Length > QueuedBytesMax || !_link.TrySend((byte)request.Kind, encoded.Span))
            {
                await _link.SendAsync((byte)request.Kind, encoded, cancellation);
            }

            return await answer.Result.WaitAsync(cancellation);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    private async Task ReceiveAsync()
    {
        while (await _link.ReceiveAsync(CancellationToken.None) is { } frame)
        {
            if (await HandleAsync(frame) is { } fault)
            {
                _link.Close(fault);
                break;
            }
        }

        var ended = new LinkException($"{Peer.Name}: {_link.CloseReason}");
        foreach (PendingAnswer answer in _pending.Values)
        {
            answer.Fail(ended);
        }
    }

    /// <summary>Null, or why the node's frame is none that it may send.</summary>
    private async ValueTask<string?> HandleAsync(Frame frame)
    {
        if (frame.Payload.Length < sizeof(uint))
        {
            return "an answer without request id";
        }

        uint id = new CanonicalReader(frame.Payload.Span).UInt32();
        if (!_pending.TryGetValue(id, out PendingAnswer? answer))
        {
            // Given up by its caller in the meantime, or refused as malformed.
            return null;
        }

        ReadOnlyMemory<byte> body = frame.Payload[sizeof(uint)..];
        if (frame.Kind != (byte)ClientKind.Failed)
        {
            return await answer.TakeAsync((ClientKind)frame.Kind, body);
        }

        var reader = new CanonicalReader(body.Span);
        string reason = reader.Text(ClientLimits.ReasonBytesMax);
        answer.Fail(new ClientApiException(reason));
        return reader.Finish() ? null : "malformed failure";
    }
}
