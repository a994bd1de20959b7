using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Components.Hospital;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Tests;

/// <summary>What a hospital sees of its own.</summary>
public class HospitalPartsTests
{
    [Fact]
    public async Task Anchors_show_when_they_were_made_and_lead_to_their_transaction()
    {
        await using var context = new PageContext();
        Member self = Self(context);
        Digest root = Digest.Sha256([7]);
        context.Chain.Commit((self.Id, new AnchorDatasetBody("wdbc", root, 66)));
        await context.FollowAsync();
        Digest transaction = context.Chain.Blocks[^1].Block.Transactions[0].Transaction.Id();

        var card = Card(context, self, reachable: true);

        card.WaitForAssertion(() =>
        {
            card.Render();
            Assert.Equal($"/chain/tx/{transaction}", card.Find("a[href^='/chain/tx/']").GetAttribute("href"));
        });
        Assert.Contains("wdbc, version 1", card.Markup, StringComparison.Ordinal);
        Assert.Contains(root.ToString(), card.Markup, StringComparison.Ordinal);
        Assert.False(card.Find("button.solid").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Without_an_edge_server_nothing_can_be_anchored_and_it_says_so()
    {
        await using var context = new PageContext();
        await context.FollowAsync();

        var card = Card(context, Self(context), reachable: false);

        Assert.True(card.Find("button.solid").HasAttribute("disabled"));
        Assert.Contains("does not answer", card.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing is anchored yet", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hospital_sees_its_own_verdicts_and_no_others()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        context.Story.Round(1);
        await context.FollowAsync();
        MemberId poisoner = context.Chain.Network.HospitalIds[^1];

        var rounds = context.Render<OwnRounds>(p => p.Add(r => r.Self, poisoner)
            .Add(r => r.State, context.Chain.State).Add(r => r.Index, context.Feed.Index));

        Assert.Equal(["Open", "Poisoned"], rounds.FindAll(".tag").Select(t => t.TextContent.Trim()));
        Assert.Equal(
            ["/rounds/1/2", "/rounds/1/1"], rounds.FindAll("tbody th a").Select(a => a.GetAttribute("href")));
    }

    private static Member Self(PageContext context) =>
        context.Chain.State.Members[context.Chain.Network.HospitalIds[0]];

    private static IRenderedComponent<AnchorCard> Card(PageContext context, Member self, bool reachable) =>
        context.Render<AnchorCard>(p => p.Add(c => c.Self, self).Add(c => c.Snapshot, context.Feed.Now.Snapshot!)
            .Add(c => c.Index, context.Feed.Index).Add(c => c.Reachable, reachable));
}
