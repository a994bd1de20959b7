using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class NormalOperationTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);
    private static readonly Proposal Second = TestApplication.Block(First.Tip, 2);

    [Fact]
    public void PP1_The_primary_proposes_until_the_window_is_full()
    {
        var bench = new Bench(self: 0, options: new ReplicaOptions { WindowHeights = 2 });
        bench.Application.Waiting.Enqueue([1]);
        bench.Application.Waiting.Enqueue([2]);

        PrePrepare[] sent = [.. bench.Work(3).Broadcasts<PrePrepare>()];

        Assert.Equal([1UL, 2UL], sent.Select(m => m.Proposal.Height.Value));
        Assert.Equal(sent[0].Proposal.Hash, sent[1].Proposal.Parent);
        Assert.Single(bench.Application.Waiting);
    }

    [Fact]
    public void PP2_A_pre_prepare_of_a_higher_view_waits_for_its_new_view()
    {
        var bench = new Bench();
        Assert.Empty(bench.Receive(bench.PrePrepare(First, view: 2), from: 2).Votes(VotePhase.Prepare));

        Assert.Equal(First.Hash, Assert.Single(bench.Enter(2).Votes(VotePhase.Prepare)).Block);
    }

    [Fact]
    public void PP2_A_height_above_the_reach_only_makes_the_replica_tell_where_it_stands()
    {
        var bench = new Bench();
        Proposal far = First with { Height = new Height(1_000) };

        Effect effect = Assert.Single(bench.Receive(bench.PrePrepare(far)));

        Assert.Equal(new Height(0), Assert.IsType<PeerStatus>(Assert.IsType<Send>(effect).Message).CommittedHeight);
    }

    [Fact]
    public void PP3_A_backup_rejects_a_second_pre_prepare_for_the_same_view_and_height()
    {
        var bench = new Bench();
        Assert.Single(bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare));

        IReadOnlyList<Effect> effects = bench.Receive(bench.PrePrepare(TestApplication.Block(Bench.Genesis, 9)));

        Assert.Empty(effects.Votes(VotePhase.Prepare));
        Equivocation evidence = Assert.Single(effects.OfType<EvidenceFound>()).Evidence;
        Assert.Equal(new ReplicaId(0), evidence.Culprit);
        Assert.Null(evidence.Fault(Bench.Chain, bench.Validators));
    }

    [Fact]
    public void PP5_A_proposal_waits_for_its_parent()
    {
        var bench = new Bench();
        Assert.Empty(bench.Receive(bench.PrePrepare(Second)).Votes(VotePhase.Prepare));

        Vote[] votes = [.. bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare)];

        Assert.Equal([First.Hash, Second.Hash], votes.Select(v => v.Block));
    }

    [Fact]
    public void PP5_A_proposal_on_another_parent_gets_no_vote()
    {
        var bench = new Bench();
        Proposal stray = TestApplication.Block(new ChainTip(new Height(0), new Digest(6, 6, 6, 6)), 1);

        Assert.Empty(bench.Receive(bench.PrePrepare(stray)).Votes(VotePhase.Prepare));
        Assert.Contains("parent", bench.Replica.Status.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void PP6_What_the_application_refuses_gets_no_vote_and_the_status_says_why()
    {
        var bench = new Bench();
        Proposal poisoned = TestApplication.Block(Bench.Genesis, TestApplication.Poison);

        Assert.Empty(bench.Receive(bench.PrePrepare(poisoned)).Votes(VotePhase.Prepare));
        Assert.Contains("refused: poisoned", bench.Replica.Status.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void PP6_A_payload_that_is_not_of_its_hash_gets_no_vote()
    {
        var bench = new Bench();
        Proposal changed = First with { Payload = new ByteString([7]) };

        Assert.Empty(bench.Receive(bench.PrePrepare(changed)).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void P2_A_block_is_prepared_only_after_the_block_below()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(bench.PrePrepare(Second));
        bench.Receive(Bench.Vote(2, VotePhase.Prepare, Second));
        Assert.Empty(bench.Receive(Bench.Vote(3, VotePhase.Prepare, Second)).Votes(VotePhase.Commit));

        Vote[] commits = [.. bench.Receive(Bench.Vote(2, VotePhase.Prepare, First)).Votes(VotePhase.Commit)];

        Assert.Equal([First.Hash, Second.Hash], commits.Select(v => v.Block));
    }

    [Fact]
    public void P2_A_vote_counts_once_however_often_it_comes()
    {
        var bench = new Bench(self: 0);
        Proposal mine = bench.Work(1).Broadcasts<PrePrepare>().Single().Proposal;

        bench.Receive(Bench.Vote(2, VotePhase.Prepare, mine));
        Assert.Empty(bench.Receive(Bench.Vote(2, VotePhase.Prepare, mine), from: 3).Votes(VotePhase.Commit));
        Assert.Single(bench.Receive(Bench.Vote(3, VotePhase.Prepare, mine)).Votes(VotePhase.Commit));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(13)]
    public void C2_2f_plus_1_commit_votes_make_a_block_final(int replicas)
    {
        var bench = new Bench(replicas: replicas);
        int needed = bench.Validators.Quorum.Size;
        bench.Receive(bench.PrePrepare(First));
        for (int i = 2; i < needed + 1; i++)
        {
            Assert.Empty(bench.Receive(Bench.Vote(i, VotePhase.Commit, First)).OfType<Commit>());
        }

        Commit commit = Assert.Single(bench.Receive(Bench.Vote(0, VotePhase.Commit, First)).OfType<Commit>());

        Assert.Equal(First, commit.Proposal);
        Assert.Null(commit.Certificate.Fault(Bench.Chain, bench.Validators));
        Assert.Equal(First.Tip, bench.Replica.Status.Committed);
    }

    [Fact]
    public void C3_Final_blocks_are_delivered_in_height_order()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Receive(bench.PrePrepare(Second));
        foreach (int i in new[] { 0, 2, 3 })
        {
            Assert.Empty(bench.Receive(Bench.Vote(i, VotePhase.Commit, Second)).OfType<Commit>());
        }

        bench.Receive(Bench.Vote(0, VotePhase.Commit, First));
        bench.Receive(Bench.Vote(2, VotePhase.Commit, First));
        Commit[] commits = [.. bench.Receive(Bench.Vote(3, VotePhase.Commit, First)).OfType<Commit>()];

        Assert.Equal([First, Second], commits.Select(c => c.Proposal));
    }

    [Fact]
    public void C4_Proposals_beside_a_final_block_are_discarded()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        Proposal final = TestApplication.Block(Bench.Genesis, 9);
        var response = new BlockResponse([new(final, Bench.Certificate(VotePhase.Commit, final, view: 4))]);

        IReadOnlyList<Effect> effects = bench.Receive(response);

        Assert.Equal(final, Assert.Single(effects.OfType<Commit>()).Proposal);
        Assert.Equal(First, Assert.Single(effects.OfType<Discard>()).Proposal);
    }

    [Fact]
    public void E1_Two_commit_votes_of_one_replica_are_evidence_once()
    {
        var bench = new Bench();
        Digest other = new(8, 8, 8, 8);
        bench.Receive(Bench.Vote(3, VotePhase.Commit, First));

        Assert.Single(bench.Receive(Bench.Vote(3, VotePhase.Commit, First.Height, other)).OfType<EvidenceFound>());
        Assert.Empty(bench.Receive(Bench.Vote(3, VotePhase.Commit, First.Height, other)).OfType<EvidenceFound>());
    }

    [Fact]
    public void L1_What_is_persisted_comes_before_what_is_sent()
    {
        var bench = new Bench();

        IReadOnlyList<Effect> effects = bench.Receive(bench.PrePrepare(First));

        Assert.IsType<Mark>(effects[0]);
        Assert.IsType<Persist>(effects[1]);
        Assert.Contains(effects.Skip(2), e => e is Broadcast { Message: Vote });
        Assert.DoesNotContain(effects.Skip(2), e => e is Persist or Mark);
    }
}
