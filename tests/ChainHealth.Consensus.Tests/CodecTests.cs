using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Consensus.Tests;

public sealed class CodecTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1, 2, 3);

    public static TheoryData<ConsensusMessage> Messages()
    {
        QuorumCertificate tip = Bench.Certificate(VotePhase.Commit, First);
        QuorumCertificate prepared = Bench.Certificate(VotePhase.Prepare, TestApplication.Block(First.Tip, 4));
        ViewChange change = Bench.ViewChange(2, 5, tip, prepared);
        return new TheoryData<ConsensusMessage>(
            new PrePrepare(new View(3), First, Bench.Sign(1, First.Hash)),
            Bench.Vote(2, VotePhase.Commit, First),
            change,
            Bench.ViewChange(0, 1),
            Bench.NewView(5, Bench.ViewChange(0, 5), change, Bench.ViewChange(3, 5, tip)),
            new PeerStatus(new View(4), ViewMode.Changing, tip),
            new PeerStatus(default, ViewMode.Active, null),
            new BlockRequest(new Height(7), 9),
            new BlockResponse([new(First, tip)]),
            new ProposalRequest(new Height(7), First.Hash),
            new ProposalResponse(First),
            new SnapshotOffer(
                SnapshotManifest.Of(First.Tip, [1, 2, 3, 4, 5], 2), Bench.Certificate(VotePhase.Checkpoint, First),
                tip),
            new ChunkRequest(new Height(7), 3),
            new ChunkResponse(new Height(7), 3, new ByteString([1, 2])));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Decoding_gives_back_what_was_encoded(ConsensusMessage message)
    {
        byte[] bytes = ConsensusMessageCodec.Encode(message);

        ConsensusMessage? decoded = ConsensusMessageCodec.Decode(bytes, out string? fault);

        Assert.Null(fault);
        Assert.Equal(message, decoded);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_cut_anywhere_or_too_long_is_a_fault(ConsensusMessage message)
    {
        byte[] bytes = ConsensusMessageCodec.Encode(message);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(ConsensusMessageCodec.Decode(bytes.AsSpan(0, length), out string? fault));
            Assert.NotNull(fault);
        }

        Assert.Null(ConsensusMessageCodec.Decode([.. bytes, 0], out _));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Changed_bytes_decode_to_one_canonical_message_or_a_fault_and_verify_without_exception(
        ConsensusMessage message)
    {
        byte[] bytes = ConsensusMessageCodec.Encode(message);
        var bench = new Bench();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample(
            (at, value, at2, value2) =>
            {
                byte[] changed = [.. bytes];
                changed[at] = value;
                changed[at2] = value2;
                ConsensusMessage? decoded = ConsensusMessageCodec.Decode(changed, out string? fault);
                if (decoded is null)
                {
                    return fault is not null;
                }

                bench.FaultOf(decoded);
                return ConsensusMessageCodec.Encode(decoded).AsSpan().SequenceEqual(changed);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Random_bytes_are_never_an_exception()
    {
        Gen.Byte.Array[0, 400].Sample(
            bytes => (ConsensusMessageCodec.Decode(bytes, out string? fault) is null) == (fault is not null),
            iter: 5_000,
            threads: 1);
    }

    [Fact]
    public void A_payload_above_the_limit_is_refused_before_it_is_allocated()
    {
        byte[] bytes = ConsensusMessageCodec.Encode(new ProposalResponse(First));
        int lengthAt = 1 + 8 + 32 + 32;
        BitConverter.TryWriteBytes(bytes.AsSpan(lengthAt), ConsensusLimits.PayloadBytesMax + 1);

        Assert.Null(ConsensusMessageCodec.Decode(bytes, out string? fault));
        Assert.Equal("8388609 bytes, at most 8388608 allowed", fault);
    }
}
