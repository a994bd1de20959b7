using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What a client asks a validator. One sealed record for each kind.</summary>
public abstract record ClientRequest(ClientKind Kind)
{
    /// <summary>Bytes beside the envelope, so that large requests are copied once.</summary>
    protected virtual int BodyBytes => 0;

    public ReadOnlyMemory<byte> Encode(uint id)
    {
        var writer = new CanonicalWriter(64 + BodyBytes);
        writer.UInt32(id);
        Write(writer);
        return writer.WrittenMemory;
    }

    /// <summary>Null, with the reason, for anything that is not exactly one request within its limits.</summary>
    public static ClientRequest? TryDecode(ClientKind kind, ReadOnlySpan<byte> payload, out uint id, out string? fault)
    {
        var reader = new CanonicalReader(payload);
        id = reader.UInt32();
        ClientRequest? request = kind switch
        {
            ClientKind.Submit => SubmitRequest.Read(ref reader),
            ClientKind.GetBlocks => GetBlocksRequest.Read(ref reader),
            ClientKind.Subscribe => new SubscribeRequest(new Height(reader.UInt64())),
            ClientKind.GetModel => new GetModelRequest(reader.Digest()),
            ClientKind.PutPackage => PutPackageRequest.Read(ref reader),
            ClientKind.GetProof => new GetProofRequest(ProofQuestion.Read(ref reader)!),
            ClientKind.GetStatus => new GetStatusRequest(),
            ClientKind.GetReason => new GetReasonRequest(new RunId(reader.UInt32()), reader.Int32()),
            ClientKind.Predict => PredictRequest.Read(ref reader),
            _ => null,
        };
        fault = request is null ? $"frame kind {(byte)kind} is no request"
            : reader.Finish() ? null : $"malformed {kind}: {reader.Fault}";
        return fault is null ? request : null;
    }

    protected abstract void Write(CanonicalWriter writer);
}

/// <param name="Transaction">Canonical bytes of a signed transaction.</param>
public sealed record SubmitRequest(ReadOnlyMemory<byte> Transaction) : ClientRequest(ClientKind.Submit)
{
    protected override int BodyBytes => Transaction.Length;

    internal static SubmitRequest Read(ref CanonicalReader reader) =>
        new(reader.Bytes(ClientLimits.TransactionBytesMax).ToArray());

    protected override void Write(CanonicalWriter writer) => writer.Bytes(Transaction.Span);
}

public sealed record GetBlocksRequest(Height From, int Count) : ClientRequest(ClientKind.GetBlocks)
{
    internal static GetBlocksRequest Read(ref CanonicalReader reader)
    {
        var request = new GetBlocksRequest(new Height(reader.UInt64()), reader.Int32());
        if (request.Count is < 1 or > ClientLimits.BlocksMax || request.From.Value == 0)
        {
            reader.Fail(
                $"{request.Count} blocks from {request.From}; 1 to {ClientLimits.BlocksMax} from height 1 allowed");
        }

        return request;
    }

    protected override void Write(CanonicalWriter writer) => writer.UInt64(From.Value).Int32(Count);
}

/// <summary>All blocks from a height on, then each new one, and the node's status from time to time. One subscription
/// for each link.</summary>
public sealed record SubscribeRequest(Height From) : ClientRequest(ClientKind.Subscribe)
{
    protected override void Write(CanonicalWriter writer) => writer.UInt64(From.Value);
}

public sealed record GetModelRequest(Digest Model) : ClientRequest(ClientKind.GetModel)
{
    protected override void Write(CanonicalWriter writer) => writer.Digest(Model);
}

public sealed record PutPackageRequest(PackageAddress Address, ReadOnlyMemory<byte> SealedPackage)
    : ClientRequest(ClientKind.PutPackage)
{
    protected override int BodyBytes => SealedPackage.Length;

    internal static PutPackageRequest Read(ref CanonicalReader reader) => new(
        new PackageAddress(new RunId(reader.UInt32()), reader.Int32(), new MemberId(reader.UInt32())),
        reader.Bytes(ClientLimits.PackageBytesMax).ToArray());

    protected override void Write(CanonicalWriter writer) => writer
        .UInt32(Address.Run.Value).Int32(Address.Round).UInt32(Address.Owner.Value).Bytes(SealedPackage.Span);
}

public sealed record GetProofRequest(ProofQuestion Question) : ClientRequest(ClientKind.GetProof)
{
    protected override void Write(CanonicalWriter writer) => ProofQuestion.Write(writer, Question);
}

/// <summary>Why the asking hospital was refused in that round.</summary>
public sealed record GetReasonRequest(RunId Run, int Round) : ClientRequest(ClientKind.GetReason)
{
    protected override void Write(CanonicalWriter writer) => writer.UInt32(Run.Value).Int32(Round);
}

/// <summary>The validator's part of a private prediction.</summary>
/// <param name="Question">Opaque here: the computing parties decode it.</param>
public sealed record PredictRequest(ReadOnlyMemory<byte> Question) : ClientRequest(ClientKind.Predict)
{
    protected override int BodyBytes => Question.Length;

    internal static PredictRequest Read(ref CanonicalReader reader) =>
        new(reader.Bytes(ClientLimits.QuestionBytesMax).ToArray());

    protected override void Write(CanonicalWriter writer) => writer.Bytes(Question.Span);
}

public sealed record GetStatusRequest() : ClientRequest(ClientKind.GetStatus)
{
    protected override void Write(CanonicalWriter writer)
    {
    }
}
