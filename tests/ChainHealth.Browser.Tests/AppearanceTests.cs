using ChainHealth.Dashboard;
using ChainHealth.Primitives;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Every page in both themes: accessible, and kept as a picture.</summary>
[Collection(BrowserCollection.Name)]
public class AppearanceTests(BrowserFixture browser)
{
    private const int PhoneWidth = 360;

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Every_live_page_is_accessible(string theme)
    {
        IPage page = await browser.OpenAsync("paula", theme);
        var violations = new List<string>();
        foreach ((string name, string address) in LivePages())
        {
            await page.GotoAsync(address);
            await BrowserFixture.LiveAsync(page);
            await SaveAsync(page, name, theme);
            violations.AddRange(await BrowserFixture.ViolationsAsync(page));
        }

        await page.Context.DisposeAsync();
        Assert.Empty(violations);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Every_account_page_is_accessible(string theme)
    {
        IPage page = await browser.OpenAsync(null, theme);
        var violations = new List<string>();
        foreach ((string name, string address) in AccountPages())
        {
            await page.GotoAsync(address);
            await SaveAsync(page, name, theme);
            violations.AddRange(await BrowserFixture.ViolationsAsync(page));
        }

        await page.Context.DisposeAsync();
        Assert.Empty(violations);
    }

    [Fact]
    public async Task No_page_scrolls_sideways_on_a_phone()
    {
        IPage page = await browser.OpenAsync("paula", "light", PhoneWidth, 740);
        var wide = new List<string>();
        foreach ((string name, string address) in LivePages().Concat(AccountPages()))
        {
            await page.GotoAsync(address);
            if (!address.StartsWith("/Account", StringComparison.Ordinal))
            {
                await BrowserFixture.LiveAsync(page);
            }

            await SaveAsync(page, name, "phone");
            int width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (width > PhoneWidth)
            {
                wide.Add($"{name}: {width} px");
            }
        }

        await page.Context.DisposeAsync();
        Assert.Empty(wide);
    }

    private static IEnumerable<(string Name, string Address)> AccountPages() =>
    [
        ("login", Urls.LogIn), ("register", Urls.Register), ("waiting", Urls.Waiting),
        ("setup-expired", Urls.Setup("0")), ("denied", Urls.Denied),
    ];

    private static Task SaveAsync(IPage page, string name, string variant) => page.ScreenshotAsync(
        new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{variant}.png"), FullPage = true });

    private IEnumerable<(string Name, string Address)> LivePages()
    {
        Height verdicts = browser.Dashboard.Chain.Blocks.Last(b => !b.Block.Transactions.IsEmpty).Block.Header.Height;
        Digest transaction = browser.Dashboard.Chain.Blocks.First(b => b.Block.Transactions.Length == 1)
            .Block.Transactions[0].Transaction.Id();
        return
        [
            ("overview", Urls.Overview), ("rounds", Urls.Rounds), ("round", Urls.Round(new RunId(1), 2)),
            ("round-running", Urls.Round(new RunId(1), 3)), ("chain", Urls.Chain), ("block", Urls.Block(verdicts)),
            ("transaction", Urls.Transaction(transaction)), ("validators", Urls.Validators), ("users", Urls.Users),
        ];
    }
}
