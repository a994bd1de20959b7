using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class RestartAndCatchUpTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);
    private static readonly Proposal Second = TestApplication.Block(First.Tip, 2);
    private static readonly Proposal Other = TestApplication.Block(Bench.Genesis, 9);

    [Fact]
    public void L2_A_restarted_replica_never_votes_for_another_block()
    {
        var before = new Bench();
        Vote first = before.Receive(before.PrePrepare(First)).Votes(VotePhase.Prepare).Single();
        var after = new Bench(from: new RestorePoint(Bench.Genesis, null, [.. before.Log]));

        Assert.Empty(after.Receive(after.PrePrepare(Other)).Votes(VotePhase.Prepare));
        Assert.All(after.Tick(1_000).Votes(VotePhase.Prepare).Where(v => v.Signer == after.Self),
            v => Assert.Equal(first, v));
    }

    [Fact]
    public void L2_A_restarted_replica_keeps_its_promise_to_leave_a_view()
    {
        var before = new Bench();
        before.Receive(before.PrePrepare(First));
        before.Receive(Bench.Vote(2, VotePhase.Prepare, First));
        before.Tick(1_000);
        var after = new Bench(from: new RestorePoint(Bench.Genesis, null, [.. before.Log]));

        Assert.Equal((new View(1), ViewMode.Changing), (after.Replica.Status.View, after.Replica.Status.Mode));
        ViewChange again = Assert.Single(after.Tick(1_000).Broadcasts<ViewChange>());
        Assert.Equal(First.Hash, Assert.Single(again.Prepared).Block);
    }

    [Fact]
    public void L2_A_restarted_replica_knows_its_view_and_what_is_carried_over()
    {
        var before = new Bench();
        QuorumCertificate prepared = Bench.Certificate(VotePhase.Prepare, First);
        ViewChange change = Bench.ViewChange(0, 2, null, prepared);
        before.Receive(Bench.NewView(2, change, Bench.ViewChange(2, 2), Bench.ViewChange(3, 2)), 2);
        var after = new Bench(from: new RestorePoint(Bench.Genesis, null, [.. before.Log]));

        Assert.Equal((new View(2), ViewMode.Active), (after.Replica.Status.View, after.Replica.Status.Mode));
        Assert.Empty(after.Receive(after.PrePrepare(Other, 2), from: 2).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void L3_The_application_executes_what_was_in_flight_again()
    {
        var before = new Bench();
        before.Receive(before.PrePrepare(First));
        before.Receive(before.PrePrepare(Second));

        var after = new Bench(from: new RestorePoint(Bench.Genesis, null, [.. before.Log]));

        Assert.Equal([First, Second], after.Application.Adopted);
        Assert.Single(
            after.Tick(1_000).Votes(VotePhase.Prepare), v => v.Block == Second.Hash && v.Signer == after.Self);
    }

    [Fact]
    public void L4_The_short_log_restores_the_same_promises()
    {
        var before = new Bench(options: new ReplicaOptions { CompactEveryHeights = 1 });
        before.Receive(before.PrePrepare(Second));
        CompactLog compaction = Assert.Single(before.CommitBlock(First).OfType<CompactLog>());

        var point = new RestorePoint(First.Tip, Bench.Certificate(VotePhase.Commit, First), compaction.Records);
        var after = new Bench(from: point);

        Proposal other = TestApplication.Block(First.Tip, 8);
        Assert.Empty(after.Receive(after.PrePrepare(other)).Votes(VotePhase.Prepare));
        Assert.Equal([Second], after.Application.Adopted);
    }

    [Fact]
    public void L2_A_foreign_log_record_is_a_clear_error()
    {
        var point = new RestorePoint(Bench.Genesis, null, [new ByteString([99, 1, 2])]);

        var fault = Assert.Throws<InvalidDataException>(() => new Bench(from: point));

        Assert.StartsWith("log record 0 cannot be read", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ST2_A_peer_that_is_behind_is_told_our_tip()
    {
        var bench = new Bench();
        bench.CommitBlock(First);

        PeerStatus told = Assert.Single(
            bench.Receive(new PeerStatus(default, ViewMode.Active, null), from: 3).Sends<PeerStatus>());

        Assert.Equal(First.Hash, told.Committed?.Block);
    }

    [Fact]
    public void ST3_A_silent_peer_loses_the_request_to_the_next()
    {
        var bench = new Bench();
        var ahead = new PeerStatus(default, ViewMode.Active, Bench.Certificate(VotePhase.Commit, Second));
        Send asked = Assert.Single(bench.Receive(ahead, from: 2).OfType<Send>());
        Assert.Equal(new ReplicaId(2), asked.To);
        Assert.Equal(new BlockRequest(new Height(1), 2), asked.Message);

        Assert.Equal(new ReplicaId(3), Assert.Single(bench.Tick(500).OfType<Send>()).To);
    }

    [Fact]
    public void ST4_Certified_blocks_are_applied_in_order()
    {
        var bench = new Bench();
        var response = new BlockResponse(
        [
            new(First, Bench.Certificate(VotePhase.Commit, First)),
            new(Second, Bench.Certificate(VotePhase.Commit, Second, view: 7)),
        ]);

        Assert.Equal([First, Second], bench.Receive(response).OfType<Commit>().Select(c => c.Proposal));
        Assert.Empty(bench.Receive(response).OfType<Commit>());
    }

    [Fact]
    public void ST4_A_block_with_a_changed_payload_is_not_applied()
    {
        var bench = new Bench();
        Proposal changed = First with { Payload = new ByteString([7]) };

        Assert.Empty(bench.Receive(new BlockResponse([new(changed, Bench.Certificate(VotePhase.Commit, First))]))
            .OfType<Commit>());
    }

    [Fact]
    public void ST4_A_certified_block_that_the_application_refuses_stops_the_replica()
    {
        var bench = new Bench();
        Proposal poisoned = TestApplication.Block(Bench.Genesis, TestApplication.Poison);
        var response = new BlockResponse([new(poisoned, Bench.Certificate(VotePhase.Commit, poisoned))]);

        Assert.Throws<ApplicationDivergedException>(() => bench.Receive(response));
    }

    [Fact]
    public void ST5_Only_committed_blocks_are_served()
    {
        var bench = new Bench();
        Assert.Empty(bench.Receive(new BlockRequest(new Height(1), 5)));
        bench.CommitBlock(First);

        var serve = Assert.IsType<ServeBlocks>(
            Assert.Single(bench.Receive(new BlockRequest(new Height(1), 5), from: 3)));

        Assert.Equal((new ReplicaId(3), new Height(1), 1), (serve.To, serve.From, serve.Count));
    }
}
