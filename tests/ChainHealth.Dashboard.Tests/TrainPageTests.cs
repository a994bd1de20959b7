using System.Collections.Immutable;
using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Components.Train;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Federation;
using ChainHealth.Primitives;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The wizard and what a run shows, over edge servers that a test tells what to say.</summary>
public class TrainPageTests
{
    [Fact]
    public async Task The_wizard_leads_to_a_run_that_the_providers_edge_server_starts()
    {
        await using PageContext context = await LookingAsync();
        IRenderedComponent<RunWizard> page = OpenWizard(context);
        Continue(page);
        Continue(page);
        page.Find("input[max='100'][min='1']").Change("5");
        Continue(page);
        page.Find("input[type=checkbox]").Change(true);
        page.WaitForElements("input[list=attacks]")[^1].Change("label-flip");
        Continue(page);
        Assert.Contains("(label-flip)", page.Markup, StringComparison.Ordinal);
        page.FindAll("button.solid")[0].Click();

        var wish = (RunWish)context.EdgeServers.Questions.Single(q => q.Call == "start run").Question;
        Assert.Equal(("wdbc", 5, true, true), (wish.Dataset, wish.Rounds, wish.Check, wish.Rehearsal));
        Assert.Equal("label-flip", Assert.Single(wish.Attacks).Attack);
        page.WaitForAssertion(() => Assert.EndsWith(
            "/train/1", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        AuditEntry line = Assert.Single(await context.AuditedAsync(AuditAct.TrainingStarted));
        Assert.Equal(
            ("paula", "run 1: wdbc, 5 rounds, quorum 3, rehearsal with 1 attacker"), (line.Actor, line.Subject));
    }

    [Fact]
    public async Task What_the_edge_server_refuses_is_said_and_nothing_typed_is_lost()
    {
        await using PageContext context = await LookingAsync();
        context.EdgeServers.On(EdgeCalls.StartRun, (_, _) =>
            throw new EdgeCallException(EdgeFault.Refused, "16 runs are open already"));
        IRenderedComponent<RunWizard> page = OpenWizard(context);
        for (int i = 0; i < 4; i++)
        {
            Continue(page);
        }

        page.FindAll("button.solid")[0].Click();
        page.WaitForAssertion(() => Assert.Contains(
            "16 runs are open already", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("Review", page.Find("#step-title").TextContent);
        Assert.False(page.Find("button.solid").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_number_out_of_range_holds_the_wizard_up_with_the_limit()
    {
        await using PageContext context = await LookingAsync();
        IRenderedComponent<RunWizard> page = OpenWizard(context);
        Continue(page);
        Continue(page);
        page.Find("input[max='100'][min='1']").Change("0");
        Continue(page);
        Assert.Contains("1 to 100", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_a_fault_with_a_trace_and_a_retry()
    {
        await using PageContext context = await LookingAsync();
        context.EdgeServers.Down(context.Chain.Network.Provider);
        IRenderedComponent<RunWizard> page = Wizard(context);
        page.WaitForAssertion(() => Assert.Contains(
            "Trace", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        context.EdgeServers.Down(context.Chain.Network.Provider, down: false);
        page.Find("[role=alert] button").Click();
        page.WaitForElement(".choices");
    }

    [Fact]
    public async Task A_run_shows_each_hospital_and_the_measured_models_with_the_poisoned_one()
    {
        await using PageContext context = await LookingAsync(c =>
        {
            c.Story.Begin(3);
            c.Story.Round(1);
            c.Story.Round(2);
        });
        IRenderedComponent<RunWatch> page = context.Render<RunWatch>(p =>
            p.Add(r => r.Run, context.Chain.State.Runs[new RunId(1)]));
        page.WaitForAssertion(() => Assert.Contains("Unprotected", page.Markup, StringComparison.Ordinal));
        Assert.Contains("64 %", page.Find(".meter-text:not(:first-child), td .meter-text").TextContent
            + page.Markup, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".tag-bad"));
        Assert.Equal(2, page.FindAll(".plot svg").Count);
    }

    [Fact]
    public async Task Stopping_asks_first_and_then_tells_the_run_s_provider()
    {
        await using PageContext context = await LookingAsync(c => c.Story.Begin(3));
        RunState run = context.Chain.State.Runs[new RunId(1)] with { Provider = context.Chain.Network.Provider };
        IRenderedComponent<StopRun> page = context.Render<StopRun>(p => p.Add(r => r.Run, run));
        page.Find("button").Click();
        Assert.DoesNotContain(context.EdgeServers.Questions, q => q.Call == "stop run");
        page.FindAll("button")[0].Click();
        Assert.Contains(context.EdgeServers.Questions, q => q.Call == "stop run");
        page.WaitForAssertion(() => Assert.Single(context.AuditedAsync(AuditAct.TrainingStopped).Result));
    }

    [Theory]
    [InlineData(0, 0, 3, true, 128, false, "Rounds")]
    [InlineData(3, 101, 3, true, 128, false, "Target")]
    [InlineData(3, 0, 2, true, 128, false, "Quorum")]
    [InlineData(3, 0, 5, true, 128, false, "Quorum")]
    [InlineData(3, 0, 3, true, 8, false, "Records")]
    [InlineData(3, 0, 4, true, 128, true, "honest")]
    public void A_draft_out_of_range_names_the_field(
        int rounds, int target, int quorum, bool check, int draw, bool attacked, string why)
    {
        var draft = new RunDraft
        {
            Rounds = rounds, TargetPercent = target, MinimumUpdates = quorum, Check = check, DrawSize = draw,
            Rehearsal = attacked,
        };
        draft.Attacks["hospital-1"] = "label-flip";
        Assert.Contains(why, draft.Fault(4), StringComparison.Ordinal);
    }

    private static async Task<PageContext> LookingAsync(Action<PageContext>? tell = null)
    {
        var context = new PageContext();
        tell?.Invoke(context);
        await context.FollowAsync();
        return context;
    }

    private static IRenderedComponent<RunWizard> Wizard(PageContext context) => context.Render<RunWizard>(p =>
        p.Add(w => w.Hospitals, context.Chain.Network.Genesis.Members
            .Where(m => m.Role == MemberRole.Hospital).ToImmutableArray()));

    /// <summary>Once the provider's server has told its data sets.</summary>
    private static IRenderedComponent<RunWizard> OpenWizard(PageContext context)
    {
        IRenderedComponent<RunWizard> page = Wizard(context);
        page.WaitForElement(".choices");
        return page;
    }

    private static void Continue(IRenderedComponent<RunWizard> page) =>
        page.FindAll("button.solid").Single(b => b.TextContent.Contains("Continue", StringComparison.Ordinal)).Click();
}
