using ChainHealth.Dashboard;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Pages that follow the chain while somebody looks.</summary>
[Collection(BrowserCollection.Name)]
public class LivePageTests(BrowserFixture browser)
{
    private DashboardUnderTest Dashboard => browser.Dashboard;

    [Fact]
    public async Task A_new_block_appears_by_itself_and_a_paused_list_counts_what_it_misses()
    {
        IPage page = await browser.OpenAsync("paula");
        await page.GotoAsync(Urls.Chain);
        await BrowserFixture.LiveAsync(page);
        Note();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = $"#{Dashboard.Tip}", Exact = true }))
            .ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Paused")).ToBeVisibleAsync();
        Note();
        Note();
        await page.GetByRole(AriaRole.Button, new() { Name = "2 new blocks" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = $"#{Dashboard.Tip}", Exact = true }))
            .ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_link_that_is_clicked_before_the_page_is_live_leads_where_it_says()
    {
        IPage page = await browser.OpenAsync("paula");
        TaskCompletionSource clicked = new(), live = new();
        await page.ExposeFunctionAsync("wentLive", () => live.TrySetResult());
        await page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            await clicked.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(Urls.Rounds);
        await page.RouteAsync("**" + Urls.Chain, async route =>
        {
            // The page that is left goes live while the next one is on its way. (Locators wait for that one.)
            await live.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await route.ContinueAsync();
        });
        await page.Locator($".nav a[href='{Urls.Chain}']").EvaluateAsync(
            """
            link => {
              new MutationObserver(() => document.querySelector('main[data-live]') && wentLive())
                .observe(document, { subtree: true, childList: true, attributes: true });
              link.click();
            }
            """);
        clicked.SetResult();
        await Assertions.Expect(page.Locator("main[data-live] h1")).ToHaveTextAsync("Chain");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_search_finds_blocks_and_transactions_and_says_when_it_finds_nothing()
    {
        IPage page = await browser.OpenAsync("arthur");
        await page.GotoAsync(Urls.Chain);
        await BrowserFixture.LiveAsync(page);
        ILocator box = page.GetByLabel("Search by height");
        await box.FillAsync("999999");
        await box.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Nothing on this chain matches")).ToBeVisibleAsync();
        Digest id = Dashboard.Chain.Blocks[0].Block.Transactions[0].Transaction.Id();
        await box.FillAsync(id.ToString());
        await box.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("proposed the run");
        await page.GetByRole(AriaRole.Link, new() { Name = "Block #1" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Quorum certificate" }))
            .ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".signers .signed")).ToHaveCountAsync(3);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_round_shows_its_poisoned_hospital_and_leads_to_its_commitment()
    {
        IPage page = await browser.OpenAsync("hanna");
        await page.GotoAsync(Urls.Round(new RunId(1), 1));
        await BrowserFixture.LiveAsync(page);
        ILocator row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "hospital-5" });
        await Assertions.Expect(row).ToContainTextAsync("Poisoned");
        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("hospital-5 committed an update");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_theme_is_toggled_with_the_keyboard_and_remembered()
    {
        IPage page = await browser.OpenAsync("uma");
        await page.GotoAsync(Urls.Overview);
        await BrowserFixture.LiveAsync(page);
        await page.GetByText("Skip to content").PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).PressAsync("Enter");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Use the light theme" }))
            .ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    private void Note() => Dashboard.Client.Tell(() => Dashboard.Chain.Commit(
        (Dashboard.Chain.Network.Operator, new NoteBody(new ByteString([1, 2, 3])))));
}
