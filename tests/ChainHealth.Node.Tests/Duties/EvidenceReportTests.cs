using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>Lies that reach a node end up on the chain, reported by nobody but the nodes.</summary>
public sealed class EvidenceReportTests
{
    /// <summary>The last validator goes after a first block; the test speaks to the first one in its name.</summary>
    private static async Task<SecureLink> TakePlaceAsync(NodeCluster cluster, MemberIdentity liar)
    {
        await cluster.SubmitAsync(0, "hospital-1", new NoteBody(default));
        await cluster.StopAsync(3);
        return new SecureLink(
            await SecureDialer.ConnectAsync(
                cluster.Genesis.Members[0], LinkIdentity.Of(liar), LinkPurpose.Consensus, default),
            PeerLink.Options);
    }

    [Fact]
    public async Task A_validator_that_votes_for_two_blocks_is_put_on_record_with_both_votes()
    {
        await using var cluster = new NodeCluster();
        MemberIdentity liar = cluster.Member("validator-4");
        await using SecureLink link = await TakePlaceAsync(cluster, liar);
        List<(Height, View)> lies = [];
        using var limit = new CancellationTokenSource(NodeCluster.Patience);
        while (cluster[1].View.State.Evidence.Length == 0 && !limit.IsCancellationRequested)
        {
            // On a loaded machine the first node may have left its view alone: votes of the next one are heard when it
            // begins, which takes work.
            await cluster.SubmitAsync(1, "hospital-1", new NoteBody(default));
            NodeStatus status = await cluster[0].Health.StatusAsync(limit.Token);
            lies.Add((status.Height.Next, status.View));
            foreach (byte content in new byte[] { 1, 2 })
            {
                Vote vote = VoteOf(liar, status.Height.Next, status.View, content);
                await link.SendAsync((byte)PeerKind.Consensus, ConsensusMessageCodec.Encode(vote), default);
            }
        }

        await cluster.UntilAsync(1, s => s.Evidence.Length > 0);
        Evidence evidence = cluster[1].View.State.Evidence[0];
        Assert.Equal(liar.Member.Id, evidence.Culprit);
        var votes = Assert.IsType<VoteContradiction>(evidence.Contradiction);
        Assert.Equal(VotePhase.Commit, votes.Phase);
        Assert.Contains((votes.Height, votes.View), lies);
        Assert.Equal(
            new[] { Digest.Sha256([1]), Digest.Sha256([2]) }.Order(), [votes.First.Block, votes.Second.Block]);
    }

    [Fact]
    public async Task A_validator_that_signs_a_view_change_with_a_false_certificate_is_put_on_record()
    {
        await using var cluster = new NodeCluster();
        MemberIdentity liar = cluster.Member("validator-4");
        await using SecureLink link = await TakePlaceAsync(cluster, liar);
        var forged = new QuorumCertificate(
            new Epoch(0), new Height(1), new View(0), VotePhase.Commit, Digest.Sha256([1]), 7,
            [default, default, default]);
        var change = new ViewChange(new View(1), forged, [], new ReplicaId(3), default);
        change = change with { Signature = liar.SigningKey.Sign(change.Hash(liar.Chain, new Epoch(0))) };
        await link.SendAsync((byte)PeerKind.Consensus, ConsensusMessageCodec.Encode(change), default);
        await cluster.UntilAsync(1, s => s.Evidence.Length > 0);
        Assert.Equal(liar.Member.Id, cluster[1].View.State.Evidence[0].Culprit);
        Assert.IsType<FalseCertificate>(cluster[1].View.State.Evidence[0].Contradiction);
    }

    [Fact]
    public async Task A_committee_member_that_signs_two_verdicts_is_put_on_record_once()
    {
        await using var cluster = new NodeCluster();
        MemberIdentity liar = cluster.Member("validator-2");
        foreach (byte bits in new byte[] { 5, 7, 6 })
        {
            var vote = new VerdictVote(1, bits, Digest.Zero, default);
            var body = new CastVerdictBody(new RunId(1), 1, vote);
            SubmitOutcome outcome = cluster[0].Intake.Submit(
                new Transaction(liar.Chain, liar.Member.Id, 1, body).Sign(liar.SigningKey));
            Assert.Equal(SubmitResult.Refused, outcome.Result);
        }

        await cluster.UntilAsync(2, s => s.Evidence.Length > 0);
        Assert.Equal(1, cluster[2].View.State.EvidenceAgainst(liar.Member.Id));
        Assert.IsType<JobContradiction>(cluster[2].View.State.Evidence[0].Contradiction);
    }

    [Fact]
    public async Task Validators_that_were_told_to_admit_a_proposed_hospital_and_it_connects_with_its_own_keys()
    {
        await using var cluster = new NodeCluster(new NodeOptions { AdmitProposed = true });
        using MemberIdentity hospital = cluster.Enrol("hospital-new");
        var stranger = await Assert.ThrowsAsync<LinkException>(() => DialAsync(cluster, hospital));
        Assert.Contains("no member's", stranger.Message, StringComparison.Ordinal);
        await cluster.SubmitAsync(0, "dashboard", new ProposeMemberBody(hospital.Member));
        await cluster.UntilAsync(0, s => s.Members.Values.Any(m => m.Name == "hospital-new"));
        await using SecureConnection connection = await DialAsync(cluster, hospital);
        Assert.Equal("validator-1", connection.Peer.Name);
    }

    private static Task<SecureConnection> DialAsync(NodeCluster cluster, MemberIdentity self) =>
        SecureDialer.ConnectAsync(cluster.Genesis.Members[0], LinkIdentity.Of(self), LinkPurpose.Client, default);

    private static Vote VoteOf(MemberIdentity validator, Height height, View view, byte content)
    {
        var subject = new VoteSubject(
            validator.Chain, new Epoch(0), height, view, VotePhase.Commit, Digest.Sha256([content]));
        var replica = new ReplicaId((byte)(validator.Member.Id.Value - 1));
        return new Vote(
            height, subject.View, subject.Phase, subject.Block, replica, validator.SigningKey.Sign(subject.Hash()));
    }
}
