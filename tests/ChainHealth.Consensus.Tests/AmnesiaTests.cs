using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class AmnesiaTests
{
    private static readonly ReplicaOptions Options = new()
    {
        WindowHeights = 1, CompactEveryHeights = 1, ViewChangeSpreadHeights = 2,
    };

    /// <summary>3 reaches of 2, a compaction of 1, a spread of 2.</summary>
    private const int RejoinHeights = 9;

    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);

    [Fact]
    public void W4_A_replica_that_lost_everything_casts_no_vote()
    {
        Bench bench = Wiped();
        Assert.Empty(bench.Receive(bench.PrePrepare(First)).Votes(VotePhase.Prepare));
        Assert.Empty(bench.Tick(10_000).Broadcasts<ViewChange>());
        Assert.Contains("its data were lost", bench.Replica.Status.Explanation);
    }

    [Fact]
    public void W5_Three_others_tell_how_far_it_must_be_silent_and_that_is_durable()
    {
        Bench bench = Wiped();
        QuorumCertificate tip = Bench.Certificate(VotePhase.Commit, BlockAt(5));
        Assert.Empty(Report(bench, 0, null).OfType<Mark>());
        Assert.Empty(Report(bench, 2, tip).OfType<Mark>());
        Assert.Empty(Report(bench, 2, null).OfType<Mark>());
        Mark mark = Assert.Single(Report(bench, 3, Bench.Certificate(VotePhase.Commit, BlockAt(7))).OfType<Mark>());
        Assert.Equal(new Height(7 + RejoinHeights), mark.Upto.SilentUpTo);
    }

    [Fact]
    public void W5_Past_that_height_it_votes_again()
    {
        Bench bench = Wiped();
        for (int i = 0; i < 4; i++)
        {
            Report(bench, i, null);
        }

        ChainTip tip = Bench.Genesis;
        for (byte height = 1; height <= RejoinHeights; height++)
        {
            Proposal block = TestApplication.Block(tip, height);
            Assert.Empty(bench.Receive(bench.PrePrepare(block)).Votes(VotePhase.Prepare));
            bench.Receive(new BlockResponse([new(block, Bench.Certificate(VotePhase.Commit, block, 0, 0, 2, 3))]));
            tip = block.Tip;
        }

        Proposal next = TestApplication.Block(tip, 100);
        Assert.Single(bench.Receive(bench.PrePrepare(next)).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void W6_A_certificate_with_our_signature_above_our_mark_shows_that_we_forgot()
    {
        var old = new Bench(options: Options);
        QuorumCertificate withUs = Bench.Certificate(VotePhase.Commit, BlockAt(100), 0, 0, 1, 2);
        Mark mark = Assert.Single(Report(old, 2, withUs).OfType<Mark>());
        Assert.Equal(VoteMark.Unknown, mark.Upto.SilentUpTo);
        Assert.Empty(old.Receive(old.PrePrepare(First)).Votes(VotePhase.Prepare));

        var innocent = new Bench(options: Options);
        QuorumCertificate withoutUs = Bench.Certificate(VotePhase.Commit, BlockAt(100), 0, 0, 2, 3);
        Assert.Empty(Report(innocent, 2, withoutUs).OfType<Mark>());
        Assert.Single(innocent.Receive(innocent.PrePrepare(First)).Votes(VotePhase.Prepare));
    }

    [Fact]
    public void VC10_A_new_view_with_a_view_change_from_far_below_is_refused()
    {
        var bench = new Bench();
        QuorumCertificate high = Bench.Certificate(VotePhase.Commit, BlockAt(66));
        QuorumCertificate low = Bench.Certificate(VotePhase.Commit, BlockAt(2));
        Assert.Null(bench.FaultOf(Bench.NewView(
            4, Bench.ViewChange(0, 4, low), Bench.ViewChange(2, 4, high), Bench.ViewChange(3, 4, high))));
        Assert.Contains("more than 64 heights below", bench.FaultOf(Bench.NewView(
            4, Bench.ViewChange(0, 4), Bench.ViewChange(2, 4, high), Bench.ViewChange(3, 4, high))));
    }

    [Fact]
    public void VC10_A_primary_waits_for_view_changes_from_near_its_highest_tip()
    {
        var bench = new Bench();
        QuorumCertificate high = Bench.Certificate(VotePhase.Commit, BlockAt(66));
        bench.Receive(Bench.ViewChange(2, 1, high), 2);
        Assert.Empty(bench.Receive(Bench.ViewChange(3, 1), 3).Broadcasts<NewView>());
        Assert.Empty(bench.Receive(Bench.ViewChange(0, 1, high), 0).Broadcasts<NewView>());
    }

    [Fact]
    public void VC10_Who_catches_up_while_it_waits_says_its_view_change_again()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(First));
        bench.Tick(1_000);
        var response = new BlockResponse([new(First, Bench.Certificate(VotePhase.Commit, First))]);
        ViewChange again = Assert.Single(bench.Receive(response, 2).Broadcasts<ViewChange>());
        Assert.Equal((new View(1), First.Height), (again.View, again.CommittedHeight));
    }

    private static Bench Wiped() => new(
        from: RestorePoint.Genesis(Bench.Genesis.Hash) with { Mark = VoteMark.OfWiped }, options: Options);

    private static IReadOnlyList<Effect> Report(Bench bench, int from, QuorumCertificate? tip) =>
        bench.Receive(new PeerStatus(default, ViewMode.Active, tip), from);

    private static Proposal BlockAt(ulong height) =>
        TestApplication.Block(new ChainTip(new Height(height - 1), default), 9);
}
