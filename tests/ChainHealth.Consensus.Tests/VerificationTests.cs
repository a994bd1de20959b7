using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class VerificationTests
{
    private static readonly Proposal First = TestApplication.Block(Bench.Genesis, 1);
    private static readonly Proposal Second = TestApplication.Block(First.Tip, 2);
    private readonly Bench _bench = new();

    [Fact]
    public void V1_A_pre_prepare_that_its_primary_did_not_sign_is_refused()
    {
        PrePrepare good = _bench.PrePrepare(First);

        Assert.Null(_bench.FaultOf(good));
        Assert.NotNull(_bench.FaultOf(good with { View = new View(1) }));
        Assert.NotNull(_bench.FaultOf(good with { Proposal = Second }));
    }

    [Fact]
    public void V2_A_vote_binds_signer_phase_height_view_and_block()
    {
        Vote good = Bench.Vote(2, VotePhase.Commit, First);

        Assert.Null(_bench.FaultOf(good));
        Assert.NotNull(_bench.FaultOf(good with { Signer = new ReplicaId(3) }));
        Assert.NotNull(_bench.FaultOf(good with { Signer = new ReplicaId(9) }));
        Assert.NotNull(_bench.FaultOf(good with { Phase = VotePhase.Prepare }));
        Assert.NotNull(_bench.FaultOf(good with { Height = new Height(2) }));
        Assert.NotNull(_bench.FaultOf(good with { View = new View(1) }));
        Assert.NotNull(_bench.FaultOf(good with { Block = Second.Hash }));
    }

    [Fact]
    public void V2_The_vote_of_another_chain_is_refused()
    {
        var elsewhere = new MessageVerifier(new Digest(7, 7, 7, 7), _bench.Validators);

        Assert.Null(elsewhere.Verify(new ReplicaId(2), Bench.Vote(2, VotePhase.Commit, First), out string? fault));
        Assert.Equal("vote is not signed by r2", fault);
    }

    [Fact]
    public void V3_Certificates_with_too_few_or_foreign_signatures_are_refused()
    {
        QuorumCertificate good = Bench.Certificate(VotePhase.Commit, First);

        Assert.Null(FaultOfStatus(good));
        Assert.NotNull(FaultOfStatus(Bench.Certificate(VotePhase.Commit, First, 0, 0, 1)));
        Assert.NotNull(FaultOfStatus(Bench.Certificate(VotePhase.Commit, First, 0, 0, 1, 12)));
        Assert.NotNull(FaultOfStatus(Bench.Certificate(VotePhase.Prepare, First)));
        Assert.NotNull(FaultOfStatus(good with { Block = Second.Hash }));
        Assert.NotNull(FaultOfStatus(good with { Epoch = new Epoch(2) }));
        Assert.NotNull(FaultOfStatus(good with { Signatures = [.. good.Signatures.Reverse()] }));
    }

    [Fact]
    public void V4_A_view_change_with_a_gap_or_a_later_view_is_refused()
    {
        QuorumCertificate first = Bench.Certificate(VotePhase.Prepare, First);
        QuorumCertificate second = Bench.Certificate(VotePhase.Prepare, Second);

        Assert.Null(_bench.FaultOf(Bench.ViewChange(2, 1, null, first, second)));
        Assert.NotNull(_bench.FaultOf(Bench.ViewChange(2, 1, null, second)));
        Assert.NotNull(_bench.FaultOf(Bench.ViewChange(2, 1, null, second, first)));
        Assert.NotNull(_bench.FaultOf(Bench.ViewChange(2, 1, null, Bench.Certificate(VotePhase.Prepare, First, 1))));
        Assert.NotNull(_bench.FaultOf(Bench.ViewChange(2, 1, null, Bench.Certificate(VotePhase.Commit, First))));
        Assert.NotNull(_bench.FaultOf(Bench.ViewChange(2, 1, null, first) with { Prepared = [] }));
    }

    [Fact]
    public void V5_A_new_view_needs_2f_plus_1_different_replicas()
    {
        ViewChange[] changes = [.. new[] { 0, 1, 2, 3 }.Select(i => Bench.ViewChange(i, 1))];

        Assert.Null(_bench.FaultOf(Bench.NewView(1, changes[0], changes[1], changes[2])));
        Assert.NotNull(_bench.FaultOf(Bench.NewView(1, changes[0], changes[1])));
        Assert.NotNull(_bench.FaultOf(Bench.NewView(1, changes[0], changes[0], changes[1])));
        Assert.NotNull(_bench.FaultOf(Bench.NewView(1, changes[0], changes[1], Bench.ViewChange(2, 2))));
        Assert.NotNull(_bench.FaultOf(
            Bench.NewView(1, changes[0], changes[1], changes[2]) with { View = new View(2) }));
    }

    [Fact]
    public void V6_Blocks_need_their_own_certificates_and_a_link()
    {
        CertifiedProposal first = new(First, Bench.Certificate(VotePhase.Commit, First));
        CertifiedProposal second = new(Second, Bench.Certificate(VotePhase.Commit, Second));

        Assert.Null(_bench.FaultOf(new BlockResponse([first, second])));
        Assert.NotNull(_bench.FaultOf(new BlockResponse([second, first])));
        Assert.NotNull(_bench.FaultOf(new BlockResponse([first with { Certificate = second.Certificate }])));
        Assert.NotNull(_bench.FaultOf(
            new BlockResponse([first with { Certificate = Bench.Certificate(VotePhase.Prepare, First) }])));
    }

    [Fact]
    public void V7_A_request_for_too_many_blocks_is_refused()
    {
        Assert.Null(_bench.FaultOf(new BlockRequest(new Height(1), 64)));
        Assert.NotNull(_bench.FaultOf(new BlockRequest(new Height(1), 65)));
        Assert.NotNull(_bench.FaultOf(new BlockRequest(new Height(1), 0)));
        Assert.NotNull(_bench.FaultOf(new BlockRequest(new Height(1), 1), from: 4));
    }

    private string? FaultOfStatus(QuorumCertificate certificate) =>
        _bench.FaultOf(new PeerStatus(default, ViewMode.Active, certificate));
}
