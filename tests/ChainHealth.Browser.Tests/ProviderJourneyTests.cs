using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>The provider's day on the real stack: starts a rehearsal, watches it, sees who poisoned, and proves it.
/// </summary>
[Collection(BrowserCollection.Name)]
public class ProviderJourneyTests(BrowserFixture browser)
{
    private const int RunMsMax = 150_000;

    [Fact]
    public async Task A_rehearsal_is_started_watched_to_its_end_and_the_poisoned_update_is_proven()
    {
        await using RealStack stack = await RealStack.StartAsync();
        await using IBrowserContext context = await browser.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = stack.Address, AcceptDownloads = true,
        });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        await SetUpAsync(page, stack);
        await StartAsync(page);

        await Assertions.Expect(page.GetByText("Finished", new() { Exact = true }))
            .ToBeVisibleAsync(new() { Timeout = RunMsMax });
        ILocator models = page.GetByRole(AriaRole.Region, new() { Name = "Test accuracy of each model" });
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "Global model" })).ToBeVisibleAsync();
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "Unprotected" })).ToBeVisibleAsync();
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "hospital-4" }))
            .ToContainTextAsync("Poisoned");
        await KeepAsync(page, "stack-run");

        await page.GetByRole(AriaRole.Link, new() { Name = "Results" }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "hospital-4, round 1: Poisoned" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("hospital-4 committed");
        IDownload proof = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Download proof" }).ClickAsync());
        string file = await proof.PathAsync();

        await page.GotoAsync(Urls.Verify);
        await BrowserFixture.LiveAsync(page);
        await page.GetByLabel("A proof file").SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The proof holds" }))
            .ToBeVisibleAsync();
        await KeepAsync(page, "stack-verify");
        await SeeModelAsync(page);
        await SeeOutageAsync(page, stack);
    }

    private static async Task SetUpAsync(IPage page, RealStack stack)
    {
        await page.GotoAsync(stack.AdministratorLink);
        await page.GetByLabel("User name").FillAsync("petra");
        await page.GetByLabel("E-mail").FillAsync("petra@clinic.example");
        await page.GetByLabel("Organisation").FillAsync("Consortium office");
        await page.GetByLabel("Postal address").FillAsync("1 Shore Road, Lakeside");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(DashboardUnderTest.Password);
        await page.GetByLabel("Repeat the password").FillAsync(DashboardUnderTest.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();
        await page.WaitForURLAsync(stack.Address + Urls.LogIn);
        await BrowserFixture.LogInAsync(page, stack.Address, "petra", DashboardUnderTest.Password);
        await Assertions.Expect(page).ToHaveURLAsync(stack.Address + Urls.Overview);
    }

    private static async Task StartAsync(IPage page)
    {
        await page.GotoAsync(Urls.Train);
        await BrowserFixture.LiveAsync(page);
        await page.GetByText("4 of 4 hospitals hold it").WaitForAsync();
        ILocator next = page.GetByRole(AriaRole.Button, new() { Name = "Continue" });
        await next.ClickAsync();
        await next.ClickAsync();
        await page.GetByLabel("Rounds, at most").FillAsync("1");
        await next.ClickAsync();
        await page.GetByLabel("This run is a rehearsal").CheckAsync();
        await page.GetByLabel("hospital-4").FillAsync("label-flip");
        await KeepAsync(page, "stack-wizard");
        await next.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await page.WaitForURLAsync($"**{Urls.Train}/1");
    }

    /// <summary>The card, its ONNX file and its proof.</summary>
    private static async Task SeeModelAsync(IPage page)
    {
        await page.GotoAsync(Urls.Results);
        await BrowserFixture.LiveAsync(page);
        await page.Locator("a[href^='/models/']").First.ClickAsync();
        await Assertions.Expect(page.GetByText("Seed", new() { Exact = false }).First).ToBeVisibleAsync();
        IDownload onnx = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Download ONNX" }).ClickAsync());
        Assert.True(new FileInfo(await onnx.PathAsync()).Length > 4000);
        await KeepAsync(page, "stack-model");
    }

    private static async Task SeeOutageAsync(IPage page, RealStack stack)
    {
        await stack.KillEdgeAsync(2);
        await page.GotoAsync(Urls.Hospitals);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "hospital-2" }))
            .ToContainTextAsync("No answer", new() { Timeout = 20_000 });
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "hospital-1" }))
            .ToContainTextAsync("Waiting");
    }

    private static Task KeepAsync(IPage page, string name) => page.ScreenshotAsync(
        new() { Path = Path.Combine(BrowserFixture.Screenshots, name + ".png"), FullPage = true });
}
