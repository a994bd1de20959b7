using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Client.Tests;

public sealed class WireCodecTests
{
    private static readonly ClientRequest[] All =
    [
        new SubmitRequest(new byte[] { 1, 2, 3 }),
        new GetBlocksRequest(new Height(5), 256),
        new SubscribeRequest(new Height(ulong.MaxValue)),
        new GetModelRequest(Examples.Digest(1)),
        new PutPackageRequest(new PackageAddress(new RunId(3), 4, new MemberId(5)), new byte[] { 9, 8 }),
        new GetProofRequest(new TransactionQuestion(new Height(4), Examples.Digest(2))),
        new GetProofRequest(new VerdictQuestion(new RunId(2), 7)),
        new GetProofRequest(new ModelQuestion(new RunId(2), 7)),
        new GetProofRequest(new MemberQuestion(new MemberId(6))),
        new GetProofRequest(new AnchorQuestion(new MemberId(6), 3)),
        new GetStatusRequest(),
        new GetReasonRequest(new RunId(6), 8),
    ];

    [Fact]
    public void Every_request_has_exactly_one_encoding()
    {
        foreach (ClientRequest request in All)
        {
            byte[] bytes = request.Encode(77).ToArray();
            ClientRequest? decoded = ClientRequest.TryDecode(request.Kind, bytes, out uint id, out string? fault);

            Assert.Null(fault);
            Assert.Equal(77u, id);
            Assert.Equal(bytes, decoded!.Encode(77).ToArray());
            Assert.Null(ClientRequest.TryDecode(request.Kind, [.. bytes, 0], out _, out fault));
            Assert.NotNull(fault);
            Assert.Null(ClientRequest.TryDecode(request.Kind, bytes.AsSpan(0, bytes.Length - 1), out _, out _));
        }
    }

    [Fact]
    public void Random_bytes_are_a_fault_or_a_request_that_encodes_to_them() =>
        Gen.Select(Gen.Byte[0, 40], Gen.Byte.Array[0, 64]).Sample(
            (kind, bytes) =>
            {
                ClientRequest? request = ClientRequest.TryDecode(
                    (ClientKind)kind, bytes, out uint id, out string? fault);
                Assert.Equal(request is null, fault is not null);
                Assert.True(request is null || request.Encode(id).Span.SequenceEqual(bytes));
            },
            iter: 20_000);

    [Fact]
    public void A_length_beyond_its_limit_is_refused_before_it_is_believed()
    {
        var writer = new CanonicalWriter();
        writer.UInt32(1).UInt32(ClientLimits.TransactionBytesMax + 1);

        Assert.Null(ClientRequest.TryDecode(ClientKind.Submit, writer.Written, out _, out string? fault));
        Assert.Contains("at most", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_survives_the_wire_with_its_texts_cut_to_their_limits()
    {
        NodeStatus status = new ScriptedApi().Status with { Stall = new string('ä', 5000), Version = "1.0" };
        var writer = new CanonicalWriter();
        NodeStatusCodec.Write(writer, status);
        var reader = new CanonicalReader(writer.Written);

        NodeStatus read = NodeStatusCodec.Read(ref reader);

        Assert.True(reader.Finish());
        Assert.StartsWith("äää", read.Stall, StringComparison.Ordinal);
        Assert.Equal(status with { Stall = read.Stall }, read);
    }
}
