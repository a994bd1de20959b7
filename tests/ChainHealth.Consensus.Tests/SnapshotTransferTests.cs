using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class SnapshotTransferTests
{
    private const int ChunkBytes = 4;
    private static readonly byte[] State = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    private static readonly ReplicaOptions Options = new() { CheckpointEveryHeights = 1, SnapshotBehindHeights = 16 };
    private static readonly Proposal Block = new(
        new Height(50), new Digest(7, 7, 7, 7), new Digest(8, 8, 8, 8), new ByteString([1]));

    private static readonly SnapshotManifest Manifest = SnapshotManifest.Of(Block.Tip, State, ChunkBytes);
    private static readonly SnapshotOffer Offer = OfferOf(Manifest);

    [Fact]
    public void CP1_CP2_A_snapshot_is_asked_for_at_each_checkpoint_height_and_voted_for_when_it_is_made()
    {
        var bench = new Bench(options: Options with { CheckpointEveryHeights = 2 });
        Proposal first = TestApplication.Block(Bench.Genesis, 1);
        Proposal second = TestApplication.Block(first.Tip, 2);
        Assert.Empty(bench.CommitBlock(first).OfType<MakeSnapshot>());
        IReadOnlyList<Effect> effects = bench.CommitBlock(second);
        Assert.Equal(second.Height, Assert.Single(effects.OfType<MakeSnapshot>()).Height);
        Assert.True(effects.ToList().FindIndex(e => e is MakeSnapshot)
            > effects.ToList().FindIndex(e => e is Commit));

        Vote vote = Assert.Single(bench.Made(second, State).Votes(VotePhase.Checkpoint));
        Assert.Equal(SnapshotManifest.Of(second.Tip, State, ChunkBytes).Hash(Bench.Chain), vote.Block);
        Assert.Equal((default, second.Height, bench.Self), (vote.View, vote.Height, vote.Signer));
    }

    [Fact]
    public void CP3_Three_equal_votes_certify_it_and_other_votes_do_not_count()
    {
        (Bench bench, Proposal block) = WithSnapshot();
        Digest hash = SnapshotManifest.Of(block.Tip, State, ChunkBytes).Hash(Bench.Chain);
        Assert.Empty(Vote(bench, 0, block, new Digest(1, 1, 1, 1)).OfType<CheckpointReached>());
        Assert.Empty(Vote(bench, 2, block, hash).OfType<CheckpointReached>());
        CheckpointReached reached = Assert.Single(Vote(bench, 3, block, hash).OfType<CheckpointReached>());
        Assert.Null(bench.FaultOf(reached.Stable));
    }

    [Fact]
    public void CP3_Who_has_another_state_than_three_others_must_not_go_on()
    {
        (Bench bench, Proposal block) = WithSnapshot();
        var other = new Digest(1, 1, 1, 1);
        Vote(bench, 0, block, other);
        Vote(bench, 2, block, other);
        Assert.Throws<ApplicationDivergedException>(() => Vote(bench, 3, block, other));
    }

    [Fact]
    public void CP4_A_peer_that_is_far_behind_is_offered_the_state_and_one_that_is_near_is_not()
    {
        var point = new RestorePoint(Block.Tip, Offer.Commit, []) { Checkpoint = Offer };
        var bench = new Bench(from: point, options: Options);
        Assert.Equal(Offer, Assert.Single(
            bench.Receive(new PeerStatus(default, ViewMode.Active, null), 3).Sends<SnapshotOffer>()));
        var near = TestApplication.Block(new ChainTip(new Height(39), default), 1);
        var status = new PeerStatus(default, ViewMode.Active, Bench.Certificate(VotePhase.Commit, near));
        Assert.Empty(bench.Receive(status, 2).Sends<SnapshotOffer>());

        var serve = Assert.IsType<ServeChunk>(Assert.Single(bench.Receive(new ChunkRequest(Block.Height, 2), 3)));
        Assert.Equal((new ReplicaId(3), Block.Height, 2), (serve.To, serve.Height, serve.Index));
    }

    [Fact]
    public void V8_An_offer_needs_both_certificates_for_exactly_this_snapshot()
    {
        var bench = new Bench();
        Assert.Null(bench.FaultOf(Offer));
        Assert.NotNull(bench.FaultOf(Offer with { Manifest = Manifest with { Bytes = State.Length + ChunkBytes } }));
        SnapshotManifest other = SnapshotManifest.Of(Block.Tip, [9, 9], ChunkBytes);
        Assert.NotNull(bench.FaultOf(Offer with { Manifest = other }));
        Assert.NotNull(bench.FaultOf(Offer with { Commit = Bench.Certificate(VotePhase.Prepare, Block) }));
        Proposal another = Block with { Hash = new Digest(1, 2, 3, 4) };
        Assert.NotNull(bench.FaultOf(Offer with { Commit = Bench.Certificate(VotePhase.Commit, another) }));
        Assert.NotNull(bench.FaultOf(Offer with { Checkpoint = Bench.Certificate(VotePhase.Commit, Block) }));
    }

    [Fact]
    public void V2_A_checkpoint_vote_has_no_view()
    {
        var bench = new Bench();
        Assert.Null(bench.FaultOf(Bench.Vote(2, VotePhase.Checkpoint, Block)));
        Assert.NotNull(bench.FaultOf(Bench.Vote(2, VotePhase.Checkpoint, Block, view: 1)));
    }

    [Fact]
    public void ST6_ST9_The_pieces_are_fetched_one_by_one_and_the_state_is_installed()
    {
        Bench bench = Behind();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(i + 1, AskedOf(bench.Receive(Chunk(i), 2)).Index);
        }

        IReadOnlyList<Effect> effects = bench.Receive(Chunk(2), 2);
        SnapshotInstalled installed = Assert.Single(effects.OfType<SnapshotInstalled>());
        Assert.Equal(State, installed.Content.Span.ToArray());
        Assert.Equal(Block.Tip, bench.Replica.Status.Committed);

        Proposal next = TestApplication.Block(Block.Tip, 1);
        var response = new BlockResponse([new(next, Bench.Certificate(VotePhase.Commit, next))]);
        Assert.Single(bench.Receive(response, 2).OfType<Commit>());
    }

    [Fact]
    public void ST6_An_offer_that_saves_little_is_not_taken()
    {
        var bench = new Bench(options: Options with { SnapshotBehindHeights = 50 });
        Assert.Empty(bench.Receive(Offer, 2).Sends<ChunkRequest>());
    }

    [Fact]
    public void ST7_A_silent_peer_loses_the_request_and_when_all_are_silent_blocks_are_asked_for()
    {
        Bench bench = Behind();
        bench.Receive(Offer, 3);
        bench.Receive(Chunk(0), 2);
        Assert.Equal(new ReplicaId(3), bench.Tick(500).OfType<Send>().Single(s => s.Message is ChunkRequest).To);
        Assert.Equal(new ReplicaId(2), bench.Tick(500).OfType<Send>().Single(s => s.Message is ChunkRequest).To);
        List<Effect> all = [];
        for (int i = 0; i < 3; i++)
        {
            all.AddRange(bench.Tick(500));
        }

        Assert.NotEmpty(all.Sends<BlockRequest>());
    }

    [Fact]
    public void ST8_A_false_piece_is_not_taken_and_its_sender_is_dropped()
    {
        Bench bench = Behind();
        bench.Receive(Offer, 3);
        IReadOnlyList<Effect> effects = bench.Receive(Chunk(0) with { Content = new ByteString([1, 2, 3, 5]) }, 2);
        Assert.Equal(new ReplicaId(2), Assert.Single(effects.OfType<DropPeer>()).Peer);
        Assert.Equal(0, AskedOf(effects).Index);
        Assert.Equal(new ReplicaId(3), effects.OfType<Send>().Single(s => s.Message is ChunkRequest).To);
        Assert.Empty(bench.Receive(Chunk(0), 2).Sends<ChunkRequest>());
        Assert.Equal(1, AskedOf(bench.Receive(Chunk(0), 3)).Index);
    }

    [Fact]
    public void ST9_A_certified_state_that_the_application_refuses_stops_the_replica()
    {
        byte[] poisoned = [1, TestApplication.Poison];
        SnapshotOffer offer = OfferOf(SnapshotManifest.Of(Block.Tip, poisoned, ChunkBytes));
        var bench = new Bench(options: Options);
        bench.Receive(offer, 2);
        Assert.Throws<ApplicationDivergedException>(
            () => bench.Receive(new ChunkResponse(Block.Height, 0, new ByteString(poisoned)), 2));
    }

    private static (Bench Bench, Proposal Block) WithSnapshot()
    {
        var bench = new Bench(options: Options);
        Proposal block = TestApplication.Block(Bench.Genesis, 1);
        bench.CommitBlock(block);
        bench.Made(block, State);
        return (bench, block);
    }

    private static IReadOnlyList<Effect> Vote(Bench bench, int signer, Proposal block, Digest hash) =>
        bench.Receive(Bench.Vote(signer, VotePhase.Checkpoint, block.Height, hash));

    private static Bench Behind()
    {
        var bench = new Bench(options: Options);
        Assert.Equal(0, AskedOf(bench.Receive(Offer, 2)).Index);
        return bench;
    }

    private static ChunkRequest AskedOf(IEnumerable<Effect> effects) => Assert.Single(effects.Sends<ChunkRequest>());

    private static ChunkResponse Chunk(int index)
    {
        (int offset, int bytes) = Manifest.PlaceOf(index);
        return new ChunkResponse(
            Block.Height, (ushort)index, new ByteString(State.AsSpan(offset, bytes).ToArray()));
    }

    private static SnapshotOffer OfferOf(SnapshotManifest manifest) => new(
        manifest,
        Bench.Certificate(VotePhase.Checkpoint, Block with { Hash = manifest.Hash(Bench.Chain) }),
        Bench.Certificate(VotePhase.Commit, Block));
}
