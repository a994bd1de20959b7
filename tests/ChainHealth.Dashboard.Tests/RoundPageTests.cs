using AngleSharp.Dom;
using Bunit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Components.Pages;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Tests;

public class RoundPageTests
{
    [Fact]
    public async Task Each_hospital_has_its_verdict_as_a_word_beside_an_icon()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        context.Story.Round(1);
        var page = await OpenAsync(context, 1);
        IElement poisoned = Row(page, "hospital-5");
        Assert.Contains("Poisoned", poisoned.TextContent, StringComparison.Ordinal);
        Assert.NotNull(poisoned.QuerySelector(".tag-bad svg"));
        Assert.Contains("Accepted", Row(page, "hospital-1").TextContent, StringComparison.Ordinal);
        Assert.Equal(4, page.FindAll(".grid .tag-good:has(svg)").Count(e => e.TextContent.Contains("Accepted")));
    }

    [Fact]
    public async Task A_missing_hospital_is_named()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        context.Story.Train(1, silent: 2);
        context.Story.Attest(1);
        var page = await OpenAsync(context, 1);
        Assert.Contains("4 of 5 hospitals, hospital-3 missing", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Missing", Row(page, "hospital-3").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_follows_the_round_from_phase_to_phase()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        var page = await OpenAsync(context, 1);
        Assert.Equal("train", page.Find("[aria-current=step] strong").TextContent);
        context.Client.Tell(() => context.Story.Train(1));
        page.WaitForAssertion(() => Assert.Equal("commit", page.Find("[aria-current=step] strong").TextContent));
        context.Client.Tell(() => context.Story.Attest(1));
        page.WaitForAssertion(() => Assert.Equal("check", page.Find("[aria-current=step] strong").TextContent));
    }

    [Fact]
    public async Task A_commitment_shows_its_cost_and_leads_to_its_transaction()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        context.Story.Round(1);
        var page = await OpenAsync(context, 1);
        Digest id = context.Chain.Blocks.SelectMany(b => b.Block.Transactions)
            .First(t => t.Transaction.Body is Ledger.CommitUpdateBody).Id;
        page.WaitForAssertion(() => Assert.Equal(
            Urls.Transaction(id), Row(page, "hospital-1").QuerySelector("a")?.GetAttribute("href")));
        Assert.Contains("42.4 kB", Row(page, "hospital-1").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_a_finished_round_are_all_done_and_timed()
    {
        var chain = new Testing.LedgerScenario();
        var story = new Testing.TrainingStory(chain);
        story.Begin(2);
        story.Round(1);
        RunState run = chain.Run();
        var steps = RunStory.Steps(run, run.Records[0]);
        Assert.Equal(["train", "commit", "check", "aggregate", "publish"], steps.Select(s => s.Name));
        Assert.All(steps, s => Assert.True(s is { State: StepState.Done, Lasted: not null }, s.ToString()));
    }

    [Fact]
    public void The_ratio_counts_judged_updates_only()
    {
        var chain = new Testing.LedgerScenario();
        var story = new Testing.TrainingStory(chain);
        story.Begin(3);
        story.Round(1);
        story.Round(2, silent: 0);
        VerdictTally tally = RunStory.Tally(chain.Run().Records);
        Assert.Equal((7, 2, 1), (tally.Accepted, tally.Poisoned, tally.Missing));
        Assert.Equal(2.0 / 9, tally.PoisonedRatio!.Value, 6);
    }

    private static async Task<IRenderedComponent<RoundPage>> OpenAsync(PageContext context, int round)
    {
        await context.FollowAsync();
        return context.Render<RoundPage>(p => p.Add(r => r.Run, 1).Add(r => r.Number, round));
    }

    private static IElement Row(IRenderedComponent<RoundPage> page, string hospital) =>
        page.FindAll(".grid tbody tr").First(r => r.QuerySelector("th")?.TextContent == hospital);
}
