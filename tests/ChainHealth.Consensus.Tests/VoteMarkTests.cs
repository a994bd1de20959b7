using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class VoteMarkTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);

    [Fact]
    public void W1_The_mark_is_raised_before_the_first_vote_and_then_not_for_many_heights()
    {
        var bench = new Bench();
        IReadOnlyList<Effect> effects = bench.Receive(bench.PrePrepare(First));
        var mark = Assert.IsType<Mark>(effects[0]);
        Assert.IsType<Persist>(effects[1]);
        Assert.True(mark.Upto.Covers(First.Height, default));

        ChainTip tip = Bench.Genesis;
        int marks = 0;
        for (byte i = 1; i <= VoteMark.StrideHeights + 1; i++)
        {
            Proposal block = TestApplication.Block(tip, i);
            marks += bench.CommitBlock(block).OfType<Mark>().Count();
            tip = block.Tip;
        }

        Assert.Equal(0, marks);
        Assert.Single(bench.CommitBlock(TestApplication.Block(tip, 0)).OfType<Mark>());
    }

    [Fact]
    public void W1_Asking_for_a_view_and_entering_one_raise_the_mark()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        var asked = bench.Tick(1_000).OfType<Mark>().Single();
        Assert.Equal(new View(1), asked.Upto.View);
        Assert.Equal(new View(5), new Bench().Enter(5).OfType<Mark>().Single().Upto.View);
    }

    [Fact]
    public void W2_A_replica_that_lost_its_log_neither_votes_nor_asks_for_a_view()
    {
        Bench bench = WithoutLog(new VoteMark(new Height(1), default));
        Assert.Empty(bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare));
        bench.Receive(Bench.Vote(2, VotePhase.Prepare, First));
        Assert.Empty(bench.Receive(Bench.Vote(3, VotePhase.Prepare, First)).Votes(VotePhase.Commit));
        Assert.Empty(bench.Tick(1_000).Broadcasts<ViewChange>());
        Assert.Empty(bench.Tick(10_000).Broadcasts<ViewChange>());
        Assert.Contains("silent until height 1", bench.Replica.Status.Explanation);
    }

    [Fact]
    public void W2_As_primary_it_proposes_nothing_and_leads_no_view()
    {
        Bench idle = WithoutLog(new VoteMark(new Height(1), default), self: 0);
        Assert.Empty(idle.Work(1).Broadcasts<PrePrepare>());

        Bench awaited = WithoutLog(new VoteMark(new Height(1), new View(4)), self: 0);
        awaited.Receive(Bench.ViewChange(1, 4));
        awaited.Receive(Bench.ViewChange(2, 4));
        Assert.Empty(awaited.Receive(Bench.ViewChange(3, 4)).Broadcasts<NewView>());
    }

    [Fact]
    public void W2_It_keeps_the_promise_of_the_view_that_it_may_have_asked_for()
    {
        Bench bench = WithoutLog(new VoteMark(new Height(64), new View(2)));
        Assert.Equal(new View(2), bench.Replica.Status.View);
        Assert.Empty(bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void W3_It_takes_part_again_once_its_tip_has_reached_the_mark()
    {
        Bench bench = WithoutLog(new VoteMark(new Height(1), default));
        bench.Receive(new BlockResponse([new CertifiedProposal(First, Bench.Certificate(VotePhase.Commit, First))]));
        Assert.Equal(First.Tip, bench.Replica.Status.Committed);
        Proposal second = TestApplication.Block(First.Tip, 2);
        Assert.Single(bench.Receive(bench.PrePrepare(second)).Votes(VotePhase.Prepare));
    }

    private static Bench WithoutLog(VoteMark mark, int self = 1) => new(
        self, from: RestorePoint.Genesis(Bench.Genesis.Hash) with { Mark = mark.AfterLossOfLog() });
}
