using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Components.Pages;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Tests;

/// <summary>What a page shows when there is nothing yet, something, or trouble.</summary>
public class PageStateTests
{
    [Fact]
    public async Task Before_the_first_word_a_page_is_a_skeleton()
    {
        await using var context = new PageContext(_ => new TaskCompletionSource<IChainClient>().Task);
        var page = context.Render<Rounds>();
        Assert.Equal("Loading the chain", page.Find("[role=status]").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Without_a_chain_a_page_says_so_and_that_it_tries_again()
    {
        await using var context = new PageContext(_ => throw new IOException("connection refused"));
        await context.FollowAsync();
        string alert = context.Render<Rounds>().Find("[role=alert]").TextContent;
        Assert.Contains("out of reach", alert, StringComparison.Ordinal);
        Assert.Contains("connection refused", alert, StringComparison.Ordinal);
        Assert.Contains("tries again", alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_run_the_rounds_page_says_what_to_do()
    {
        await using var context = new PageContext();
        await context.FollowAsync();
        Assert.Contains("chainhealth run start", context.Render<Rounds>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_subscription_leaves_the_last_state_and_a_banner()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        await context.FollowAsync();
        var page = context.Render<Rounds>();
        context.Client.Break("all connections lost");
        page.WaitForAssertion(() => Assert.Contains(
            "The connection to the chain broke", page.Find(".banner").TextContent, StringComparison.Ordinal));
        Assert.Contains("Breast cancer", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_validators_are_told()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        await context.FollowAsync();
        var page = context.Render<ValidatorsPage>();
        foreach (MemberId validator in context.Chain.Network.ValidatorIds)
        {
            context.Client.Tell(new NodeStatus(
                validator, false, default, default, default, 0, 0, 0, 0, "", "0.1.0"));
        }

        page.WaitForAssertion(() => Assert.Contains(
            "No validator answers", page.Find(".banner").TextContent, StringComparison.Ordinal));
        Assert.Equal(4, page.FindAll(".tag-bad").Count);
    }

    [Fact]
    public async Task A_round_that_does_not_exist_is_said_in_words()
    {
        await using var context = new PageContext();
        await context.FollowAsync();
        var page = context.Render<RoundPage>(p => p.Add(r => r.Run, 3).Add(r => r.Number, 9));
        Assert.Contains("There is no round 9 of run 3", page.Markup, StringComparison.Ordinal);
    }
}
