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

    /// <summary>What is left of a desktop at 200 % zoom.</summary>
    private const int ZoomedWidth = 640;
    private const int ZoomedHeight = 430;
    private const int DesktopWidth = 1280;
    private const int DesktopHeight = 860;

    [Fact]
    public async Task Every_live_page_is_accessible_in_both_themes_and_fits_a_phone_and_a_zoom_of_200_per_cent()
    {
        IPage page = await browser.OpenAsync("paula");
        var faults = new List<string>();
        foreach ((string name, string address) in LivePages().Append(("prediction", await PredictAsync(page))))
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

    [Theory]
    [InlineData(null)]
    [InlineData("olga")]
    public async Task Every_account_page_is_accessible_in_both_themes_and_fits_a_phone(string? person)
    {
        if (person is not null)
        {
            await browser.Dashboard.AddAccountAsync(person, "Hospital");
        }

        IPage page = await browser.OpenAsync(person);
        var faults = new List<string>();
        foreach ((string name, string address) in person is null ? AccountPages() : OwnPages())
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
        foreach ((int width, int height) in ((int, int)[])[(ZoomedWidth, ZoomedHeight), (PhoneWidth, PhoneHeight)])
        {
            await page.SetViewportSizeAsync(width, height);
            int needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (needed > width)
            {
                faults.Add($"{name} is {needed} px wide where {width} are seen");
            }
        }

        await SaveAsync(page, name, "phone");
    }

    /// <summary>Where the answer to a record is shown.</summary>
    private static async Task<string> PredictAsync(IPage page)
    {
        await page.GotoAsync(Urls.Predict);
        await BrowserFixture.LiveAsync(page);
        await page.GetByLabel("mean radius").FillAsync("20.5");
        await page.GetByLabel("Label that came with it").SelectOptionAsync("benign");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("looks poisoned");
        return page.Url;
    }

    private static IEnumerable<(string Name, string Address)> AccountPages() =>
    [
        ("login", Urls.LogIn), ("register", Urls.Register), ("waiting", Urls.Waiting),
        ("setup-expired", Urls.Setup("0")), ("code", Urls.Code(null)), ("denied", Urls.Denied),
        ("not-found", "/nothing-here"), ("error", Urls.Error),
    ];

    private static IEnumerable<(string Name, string Address)> OwnPages() =>
        [("profile", Urls.Profile), ("two-factor", Urls.TwoFactor)];

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
