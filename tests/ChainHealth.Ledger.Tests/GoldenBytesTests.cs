using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

/// <summary>Bytes and digests that WIRE.md promises. A change here breaks every existing chain.</summary>
public class GoldenBytesTests
{
    private static readonly Digest Chain = Digest.Sha256("chain"u8);

    [Fact]
    public void A_note()
    {
        var note = new Transaction(Chain, new MemberId(5), 7, new NoteBody(new ByteString([0xAA, 0xBB])));
        Assert.Equal(Chain + "0500000007000000000000000102000000aabb", Hex(TransactionCodec.Encode(note)));
        Assert.Equal("a3d2974f8f0861c5090d1c68f87b34a05e9384d183c5e07a0f17fe465f775d47", note.Id().ToString());
    }

    [Fact]
    public void An_approval() => Assert.Equal(
        Chain + "060000000100000000000000" + "05" + "02000000" + Digest.Sha256([]),
        Hex(TransactionCodec.Encode(new Transaction(
            Chain, new MemberId(6), 1, new ApprovePlanBody(new RunId(2), Digest.Sha256([]))))));

    [Fact]
    public void A_verdict() => Assert.Equal(
        Chain + "010000000900000000000000" + "0a" + "02000000" + "03000000" + "01000000"
            + "0d00000000000000" + "0000000000000000" + Digest.Sha256([])
            + "4000000000000000" + "05000000" + "06000000",
        Hex(TransactionCodec.Encode(new Transaction(Chain, new MemberId(1), 9, new CastVerdictBody(
            new RunId(2), 3, new VerdictVote(1, 0b1101, Digest.Sha256([]), new JobCost(64, 5, 6)))))));

    [Fact]
    public void A_header()
    {
        var header = new BlockHeader(
            Chain, new Epoch(0), new Height(3), Chain, new Instant(0x0102), Digest.Zero, Digest.Zero, new ReplicaId(2));
        Assert.Equal(
            Chain + "00000000" + "0300000000000000" + Chain + "0201000000000000" + Digest.Zero + Digest.Zero + "02",
            Hex(BlockCodec.Encode(header)));
        Assert.Equal("5499b3c7c55657e5cbb8e0d8b985a47b9575c2800aa857508e145243d72ec2d5", header.Hash().ToString());
    }

    [Fact]
    public void Every_kind_of_transaction_by_its_id()
    {
        string[] ids = [.. Samples.Bodies.Select(b => new Transaction(Chain, new MemberId(1), 1, b).Id().Short)];
        Assert.Equal(
            [
                "9f5d9f2e", "3ebd641a", "613b2ca0", "f6de6fe2", "ebb18592", "533ebf24", "540c649c",
                "fd1ae546", "d09e06d9", "a8d287fc", "bc76be0d", "5897dc79", "f6498599", "b3261471",
                "f0b0b85a", "7937b33c", "e5c61630", "b08836cf", "a0cfcf80", "b79aa985", "2477b389",
                "44c385be", "aa07d220", "905532c0", "a6ca608c",
            ],
            ids);
    }

    [Fact]
    public void Evidence_and_anchors()
    {
        var votes = new VoteContradiction(
            new Epoch(1), new Height(2), new View(3), VotePhase.Commit, new ReplicaId(4), default, default);
        var writer = new CanonicalWriter();
        ContradictionCodec.Write(writer, votes);
        Assert.Equal(
            "01" + "01000000" + "0200000000000000" + "0300000000000000" + "02" + "04" + new string('0', 384),
            Hex(writer.ToArray()));
        var dataset = new DatasetAnchor(new MemberId(5), new Height(6), new Instant(7), "ab", 8, Chain, 9);
        writer.Clear();
        AnchorCodec.Write(writer, dataset);
        Assert.Equal(
            "05000000" + "0600000000000000" + "0700000000000000" + "01" + "020000006162" + "08000000" + Chain
                + "09000000",
            Hex(writer.ToArray()));
        writer.Clear();
        AnchorCodec.Write(writer, new AuditAnchor(new MemberId(5), new Height(6), new Instant(7), Chain, 8));
        Assert.Equal(
            "05000000" + "0600000000000000" + "0700000000000000" + "02" + Chain + "0800000000000000",
            Hex(writer.ToArray()));
    }

    [Fact]
    public void A_whole_run_by_its_state_roots()
    {
        LedgerScenario chain = RoundScenario.Start().Approve().Round(800, new MemberId(6)).Round().Chain;
        Assert.Equal(
            "6a4962cdb5f0b3b0438c5e8ebaed191e32495325a1ebcce8472ab00547f3c78b", chain.Network.Chain.ToString());
        Assert.Equal(
            "6f7fcbf017e7ec64c9f59c83b42d9341475b1484484c625c195c0b34c1487888", chain.States[1].Root.ToString());
        Assert.Equal(
            "1e7d2b579bbcba1c924def118eeeeec936579d016cff00b2f77ec7d1b9cb92dd", chain.State.Root.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70_000)]
    public void A_digest_is_the_hash_of_tag_chain_and_content_at_any_length(int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        byte[] whole = [4, .. "note"u8, .. Chain.ToArray(), .. content];
        Assert.Equal(Digest.Sha256(whole), Digest.Of("note", Chain, content));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
