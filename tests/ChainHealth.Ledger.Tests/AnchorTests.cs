using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

/// <summary>Anchors of data sets and audit logs: LEDGER.md, rules A.</summary>
public class AnchorTests
{
    private static readonly Digest Root = Digest.Sha256([1]);

    [Fact]
    public void A1_a_data_set_is_anchored_in_versions_and_each_is_proven_under_the_state_root()
    {
        var chain = new LedgerScenario();
        MemberId hospital = chain.Network.HospitalIds[0];
        chain.Commit((hospital, new AnchorDatasetBody("wdbc", Root, 569)));
        chain.Commit((hospital, new AnchorDatasetBody("wdbc", Digest.Sha256([2]), 570)),
            (hospital, new AnchorDatasetBody("bccd", Root, 10)));
        DatasetAnchor newest = chain.State.DatasetAnchorOf(hospital, "wdbc")!;
        Assert.Equal((2, 570, new Height(2)), (newest.Version, newest.Records, newest.Height));
        Assert.Null(chain.State.DatasetAnchorOf(hospital, "mednist"));
        Assert.All(chain.State.Anchors[hospital], anchor =>
            Assert.True(StateProof.Prove(chain.State, anchor)!.Verify(chain.State.Root, anchor)));
        Assert.False(StateProof.Prove(chain.State, newest)!.Verify(chain.State.Root, newest with { Version = 1 }));
    }

    [Fact]
    public void A1_unsound_anchors_of_data_sets_are_refused()
    {
        var chain = new LedgerScenario();
        MemberId hospital = chain.Network.HospitalIds[0];
        string? Anchor(string name, Digest root, int records) =>
            chain.Refusal(hospital, new AnchorDatasetBody(name, root, records));
        Assert.Contains("needs 1 to 128 bytes", Anchor("", Root, 1), StringComparison.Ordinal);
        Assert.Contains("root is empty", Anchor("a", default, 1), StringComparison.Ordinal);
        Assert.Contains("0 records", Anchor("a", Root, 0), StringComparison.Ordinal);
        chain.Commit((hospital, new AnchorDatasetBody("a", Root, 1)));
        Assert.Contains("as version 1", Anchor("a", Root, 1), StringComparison.Ordinal);
        Assert.Null(Anchor("b", Root, 1));
    }

    [Fact]
    public void A2_an_audit_log_only_grows()
    {
        var chain = new LedgerScenario();
        MemberId dashboard = chain.Network.Dashboard;
        chain.Commit((dashboard, new AnchorAuditBody(Root, 12)));
        Assert.Contains("a log only grows", chain.Refusal(
            dashboard, new AnchorAuditBody(Digest.Sha256([2]), 12)), StringComparison.Ordinal);
        Assert.Null(chain.Refusal(dashboard, new AnchorAuditBody(Digest.Sha256([2]), 13)));
        Assert.Equal((Root, 12L), chain.State.Anchors[dashboard].Cast<AuditAnchor>().Select(a => (a.Head, a.Entries))
            .Single());
    }

    [Fact]
    public void A3_the_anchors_of_a_member_are_bounded()
    {
        var chain = new LedgerScenario();
        chain.Commit([.. Enumerable.Range(1, Anchor.PerMemberMax).Select(i =>
            (chain.Network.Dashboard, (TransactionBody)new AnchorAuditBody(Root, i)))]);
        Assert.Contains("4096 anchors of a member", chain.Refusal(
            chain.Network.Dashboard, new AnchorAuditBody(Root, 9999)), StringComparison.Ordinal);
    }
}
