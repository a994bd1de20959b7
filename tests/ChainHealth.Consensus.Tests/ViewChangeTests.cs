using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class ViewChangeTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);
    private static readonly Proposal Second = TestApplication.Block(First.Tip, 2);
    private static readonly Proposal Other = TestApplication.Block(Bench.Genesis, 9);

    [Fact]
    public void T1_An_idle_replica_leaves_no_view()
    {
        var bench = new Bench();

        Assert.Empty(bench.Tick(60_000).Broadcasts<ViewChange>());
        Assert.Equal(ViewMode.Active, bench.Replica.Status.Mode);
    }

    [Fact]
    public void T1_A_replica_with_work_leaves_the_view_of_a_silent_primary_after_a_second()
    {
        var bench = new Bench();
        bench.Work(1);
        Assert.Empty(bench.Tick(999).Broadcasts<ViewChange>());

        Assert.Equal(new View(1), Assert.Single(bench.Tick(1).Broadcasts<ViewChange>()).View);
        Assert.Contains("view change from r0, r2, r3", bench.Replica.Status.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void T2_VC4_The_timeout_doubles_and_runs_only_with_a_quorum()
    {
        var bench = new Bench(self: 3);
        bench.Work(1);
        bench.Tick(1_000);
        Assert.Null(bench.Replica.Status.ViewDeadline);
        bench.Receive(Bench.ViewChange(0, 1));
        bench.Receive(Bench.ViewChange(2, 1));

        Assert.Equal(bench.Now + TimeSpan.FromSeconds(2), bench.Replica.Status.ViewDeadline);
        Assert.Equal(new View(2), Assert.Single(
            bench.Tick(2_000).Broadcasts<ViewChange>(), change => change.View > new View(1)).View);
    }

    [Fact]
    public void T7_A_request_that_is_passed_over_is_given_to_all_and_then_costs_the_primary_its_view()
    {
        IReadOnlyList<Effect> effects = PassOver(6, new ReplicaOptions { WindowHeights = 1 });

        Assert.NotEmpty(effects.OfType<PassOnWork>());
        Assert.Equal(new View(1), Assert.Single(effects.Broadcasts<ViewChange>()).View);
    }

    [Theory]
    [InlineData(8, 3_000)]
    [InlineData(1, 60_000)]
    public void T7_Neither_time_nor_blocks_alone_accuse_a_primary(int window, int censorshipMs)
    {
        var options = new ReplicaOptions { WindowHeights = window, CensorshipMs = censorshipMs };

        Assert.Empty(PassOver(8, options).Broadcasts<ViewChange>());
    }

    /// <summary>Blocks in a distance of 0.6 s, within the shortest timeout, none of which holds the request that waits.
    /// </summary>
    private static List<Effect> PassOver(int blocks, ReplicaOptions options)
    {
        var bench = new Bench(options: options);
        bench.Application.PassedOver = new Waiting(bench.Now, new Height(0));
        bench.Application.Waiting.Enqueue([9]);
        List<Effect> effects = [];
        ChainTip tip = Bench.Genesis;
        for (byte i = 0; i < blocks; i++)
        {
            Proposal next = TestApplication.Block(tip, i);
            bench.CommitBlock(next);
            effects.AddRange(bench.Tick(600));
            tip = next.Tip;
        }

        return effects;
    }

    [Fact]
    public void VC1_A_replica_that_left_a_view_votes_no_more_in_it()
    {
        var bench = new Bench();
        bench.Work(1);
        bench.Tick(1_000);

        Assert.Empty(bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void VC2_A_view_change_reports_tip_and_prepared_blocks()
    {
        var bench = new Bench();
        bench.CommitBlock(First);
        bench.Receive(bench.PrePrepare(Second));
        bench.Receive(Bench.Vote(2, VotePhase.Prepare, Second));

        ViewChange change = Assert.Single(bench.Tick(1_000).Broadcasts<ViewChange>());

        Assert.Equal(First.Hash, change.Committed?.Block);
        Assert.Equal(Second.Hash, Assert.Single(change.Prepared).Block);
        Assert.Null(bench.FaultOf(change));
    }

    [Fact]
    public void VC3_F_plus_1_higher_views_pull_a_replica_along()
    {
        var bench = new Bench();
        Assert.Empty(bench.Receive(Bench.ViewChange(0, 9)).Broadcasts<ViewChange>());

        Assert.Equal(
            new View(4), Assert.Single(bench.Receive(Bench.ViewChange(3, 4)).Broadcasts<ViewChange>()).View);
    }

    [Fact]
    public void VC5_The_new_primary_leads_with_2f_plus_1_view_changes_and_VC7_proposes_the_prepared_block_again()
    {
        var bench = new Bench(self: 1);
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(Bench.Vote(2, VotePhase.Prepare, First));
        bench.Tick(1_000);
        bench.Receive(Bench.ViewChange(2, 1));

        IReadOnlyList<Effect> effects = bench.Receive(Bench.ViewChange(3, 1));

        NewView newView = Assert.Single(effects.Broadcasts<NewView>());
        Assert.Null(bench.FaultOf(newView));
        PrePrepare again = Assert.Single(effects.Broadcasts<PrePrepare>());
        Assert.Equal((new View(1), First), (again.View, again.Proposal));
    }

    [Fact]
    public void VC5_Of_two_prepared_blocks_the_one_of_the_higher_view_is_carried_over()
    {
        NewView newView = Bench.NewView(
            6,
            Bench.ViewChange(0, 6, null, Bench.Certificate(VotePhase.Prepare, First, 1)),
            Bench.ViewChange(1, 6, null, Bench.Certificate(VotePhase.Prepare, Other, 3)),
            Bench.ViewChange(3, 6));

        CarriedOver carried = CarriedOver.Of(newView);

        Assert.Null(carried.Base);
        Assert.Equal(Other.Hash, Assert.Single(carried.Blocks).Block);
    }

    [Fact]
    public void PP4_A_new_primary_that_omits_a_carried_block_gets_no_vote()
    {
        var bench = new Bench();
        QuorumCertificate prepared = Bench.Certificate(VotePhase.Prepare, First);
        ViewChange change = Bench.ViewChange(0, 2, null, prepared);
        bench.Receive(Bench.NewView(2, change, Bench.ViewChange(2, 2), Bench.ViewChange(3, 2)), 2);

        Assert.Empty(bench.Receive(bench.PrePrepare(Other, 2), from: 2).Votes(VotePhase.Prepare));
        Assert.Contains("carried over", bench.Replica.Status.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void VC6_A_carried_block_whose_parent_lost_is_released()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(bench.PrePrepare(Second));
        bench.Receive(
            Bench.NewView(
                6,
                Bench.ViewChange(
                    0,
                    6,
                    null,
                    Bench.Certificate(VotePhase.Prepare, First),
                    Bench.Certificate(VotePhase.Prepare, Second)),
                Bench.ViewChange(2, 6, null, Bench.Certificate(VotePhase.Prepare, Other, 3)),
                Bench.ViewChange(3, 6)),
            2);
        Proposal fresh = TestApplication.Block(Other.Tip, 3);
        bench.Receive(bench.PrePrepare(Other, 6), from: 2);

        Vote vote = Assert.Single(bench.Receive(bench.PrePrepare(fresh, 6), from: 2).Votes(VotePhase.Prepare));

        Assert.Equal(fresh.Hash, vote.Block);
    }

    [Fact]
    public void C4_A_carried_block_that_the_next_view_forgets_is_discarded()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        ViewChange change = Bench.ViewChange(0, 2, null, Bench.Certificate(VotePhase.Prepare, First));
        NewView second = Bench.NewView(2, change, Bench.ViewChange(2, 2), Bench.ViewChange(3, 2));
        Assert.Empty(bench.Receive(second, from: 2).OfType<Discard>());

        Assert.Equal(First, Assert.Single(bench.Enter(3).OfType<Discard>()).Proposal);
    }

    [Fact]
    public void VC8_A_primary_fetches_the_payload_that_it_lacks()
    {
        var bench = new Bench(self: 1);
        bench.Work(5);
        bench.Tick(1_000);
        bench.Receive(Bench.ViewChange(2, 1, null, Bench.Certificate(VotePhase.Prepare, First)));
        IReadOnlyList<Effect> effects = bench.Receive(Bench.ViewChange(3, 1));
        Assert.Equal(First.Hash, Assert.Single(effects.Broadcasts<ProposalRequest>()).Hash);
        Assert.Empty(effects.Broadcasts<PrePrepare>());

        bench.Receive(new ProposalResponse(First with { Payload = new ByteString([6]) }), from: 3);
        PrePrepare[] sent = [.. bench.Receive(new ProposalResponse(First), from: 2).Broadcasts<PrePrepare>()];

        Assert.Equal(First, sent[0].Proposal);
        Assert.Equal(First.Hash, sent[1].Proposal.Parent);
    }

    [Fact]
    public void VC9_A_stale_new_view_is_refused()
    {
        var bench = new Bench();
        bench.Enter(6);

        Assert.Empty(bench.Enter(2));
        Assert.Equal(new View(6), bench.Replica.Status.View);
    }

    [Fact]
    public void VC9_A_peer_in_an_old_view_is_given_the_new_view()
    {
        var bench = new Bench();
        bench.Enter(2);

        IReadOnlyList<Effect> effects = bench.Receive(new PeerStatus(new View(0), ViewMode.Active, null), from: 3);

        Assert.Equal(new View(2), Assert.Single(effects.Sends<NewView>()).View);
    }

    [Fact]
    public void PP9_The_tip_of_a_crashed_replica_is_agreed_on_again_block_by_block()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(bench.PrePrepare(Second));
        QuorumCertificate tip = Bench.Certificate(VotePhase.Commit, Second);
        bench.Receive(
            Bench.NewView(2, Bench.ViewChange(0, 2, tip), Bench.ViewChange(2, 2), Bench.ViewChange(3, 2)), 2);
        Assert.Empty(bench.Receive(bench.PrePrepare(Other, 2), from: 2).Votes(VotePhase.Prepare));

        bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(bench.PrePrepare(Second));
        bench.Receive(
            Bench.NewView(2, Bench.ViewChange(0, 2, tip), Bench.ViewChange(2, 2), Bench.ViewChange(3, 2)), 2);
        bench.Receive(bench.PrePrepare(First, 2), from: 2);
        bench.Receive(Bench.Vote(0, VotePhase.Commit, First, 2));
        bench.Receive(Bench.Vote(2, VotePhase.Commit, First, 2));
        Commit[] commits = [.. bench.Receive(Bench.Vote(3, VotePhase.Commit, First, 2)).OfType<Commit>()];

        Assert.Equal([First, Second], commits.Select(c => c.Proposal));
    }
}
