using ChainHealth.Dashboard;
using ChainHealth.Primitives;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Every page in both themes: accessible, and kept as a picture.</summary>
[Collection(BrowserCollection.Name)]
public class AppearanceTests(BrowserFixture browser)
{
    private const int PhoneWidth = 360;
    private const int PhoneHeight = 740;
    private const int DesktopWidth = 1280;
    private const int DesktopHeight = 860;

    [Fact]
    public async Task Every_live_page_is_accessible_in_both_themes_and_fits_a_phone()
    {
        IPage page = await browser.OpenAsync("paula");
        var faults = new List<string>();
        foreach ((string name, string address) in LivePages())
        {
            await page.SetViewportSizeAsync(DesktopWidth, DesktopHeight);
            await page.GotoAsync(address);
            await BrowserFixture.LiveAsync(page);
            await LookAsync(page, name, "light", faults);
            await page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Use the light theme" }).WaitForAsync();
            await LookAsync(page, name, "dark", faults);
            await page.GetByRole(AriaRole.Button, new() { Name = "Use the light theme" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).WaitForAsync();
            await ShrinkAsync(page, name, faults);
        }

        await page.Context.DisposeAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Every_account_page_is_accessible_in_both_themes_and_fits_a_phone()
    {
        IPage page = await browser.OpenAsync(null);
        var faults = new List<string>();
        foreach ((string name, string address) in AccountPages())
        {
            await page.SetViewportSizeAsync(DesktopWidth, DesktopHeight);
            await page.GotoAsync(address);
            await LookAsync(page, name, "light", faults);
            await page.Locator("[data-theme-toggle]").ClickAsync();
            await page.Locator("html[data-theme=dark]").WaitForAsync();
            await LookAsync(page, name, "dark", faults);
            await page.Locator("[data-theme-toggle]").ClickAsync();
            await ShrinkAsync(page, name, faults);
        }

        await page.Context.DisposeAsync();
        Assert.Empty(faults);
    }

    private static async Task LookAsync(IPage page, string name, string theme, List<string> faults)
    {
        await SaveAsync(page, name, theme);
        faults.AddRange((await BrowserFixture.ViolationsAsync(page)).Select(v => $"{theme} {v}"));
    }

    private static async Task ShrinkAsync(IPage page, string name, List<string> faults)
    {
        await page.SetViewportSizeAsync(PhoneWidth, PhoneHeight);
        await SaveAsync(page, name, "phone");
        int width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        if (width > PhoneWidth)
        {
            faults.Add($"{name} is {width} px wide on a phone");
        }
    }

    private static IEnumerable<(string Name, string Address)> AccountPages() =>
    [
        ("login", Urls.LogIn), ("register", Urls.Register), ("waiting", Urls.Waiting),
        ("setup-expired", Urls.Setup("0")), ("code", Urls.Code(null)), ("denied", Urls.Denied),
    ];

    private static Task SaveAsync(IPage page, string name, string variant) => page.ScreenshotAsync(
        new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{variant}.png"), FullPage = true });

    private IEnumerable<(string Name, string Address)> LivePages()
    {
        Height verdicts = browser.Dashboard.Chain.Blocks.Last(b => !b.Block.Transactions.IsEmpty).Block.Header.Height;
        Digest transaction = browser.Dashboard.Chain.Blocks.First(b => b.Block.Transactions.Length == 1)
            .Block.Transactions[0].Transaction.Id();
        Digest model = browser.Dashboard.Chain.Run(new RunId(1)).Records[1].Model!.Value;
        return
        [
            ("overview", Urls.Overview), ("rounds", Urls.Rounds), ("round", Urls.Round(new RunId(1), 2)),
            ("round-running", Urls.Round(new RunId(1), 3)), ("chain", Urls.Chain), ("block", Urls.Block(verdicts)),
            ("transaction", Urls.Transaction(transaction)), ("validators", Urls.Validators), ("users", Urls.Users),
            ("predict", Urls.Predict), ("audit", Urls.Audit),
            ("train", Urls.Train), ("train-run", Urls.TrainRun(new RunId(1))), ("data", Urls.Data),
            ("results", Urls.Results), ("model", Urls.Model(model)), ("hospitals", Urls.Hospitals),
            ("verify", Urls.Verify), ("system", Urls.System), ("chain-range", $"{Urls.Chain}?from=2&to=9"),
        ];
    }
}
