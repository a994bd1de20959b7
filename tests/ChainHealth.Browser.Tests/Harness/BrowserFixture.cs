using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

/// <summary>One browser and one dashboard with a run and an account for each role, shared by all page tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const float TimeoutMs = 15_000;

    private readonly Dictionary<string, string> _sessions = [];
    private IPlaywright _playwright = default!;

    public IBrowser Browser { get; private set; } = default!;

    public DashboardUnderTest Dashboard { get; private set; } = default!;

    public static string Repository { get; } = FindRepository();

    /// <summary>Where screenshots go: artifacts/screenshots of the repository.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(
        Path.Combine(Repository, "artifacts", "screenshots")).FullName;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(TimeoutMs);
        _playwright = await Playwright.CreateAsync();
        Browser = await SystemBrowser.LaunchAsync(_playwright);
        Dashboard = await DashboardUnderTest.StartAsync();
        Dashboard.TellUsualStory();
        await Dashboard.AddAccountAsync("paula", "Provider");
        await Dashboard.AddAccountAsync("hanna", "Hospital");
        await Dashboard.AddAccountAsync("uma", "User");
        await Dashboard.AddAccountAsync("arthur", "Auditor");
        await Dashboard.RegisterAsync("nora");
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
        await Dashboard.DisposeAsync();
    }

    /// <summary>A page of a fresh context, logged in as this person where a name is given.</summary>
    public async Task<IPage> OpenAsync(string? person, string theme = "light", int width = 1280, int height = 860)
    {
        if (person is not null && !_sessions.ContainsKey(person))
        {
            await using IBrowserContext first = await Browser.NewContextAsync();
            IPage door = await first.NewPageAsync();
            await LogInAsync(door, Dashboard.Address, person, DashboardUnderTest.Password);
            _sessions[person] = await first.StorageStateAsync();
        }

        IBrowserContext context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Dashboard.Address,
            StorageState = person is null ? null : _sessions[person],
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
        });
        await context.AddCookiesAsync([new Cookie { Name = "theme", Value = theme, Url = Dashboard.Address }]);
        context.SetDefaultTimeout(TimeoutMs);
        return await context.NewPageAsync();
    }

    public static async Task LogInAsync(IPage page, string address, string name, string password)
    {
        await page.GotoAsync($"{address}/Account/Login");
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
    }

    /// <summary>Waits until the circuit is up, so that what is seen is the live page.</summary>
    public static async Task LiveAsync(IPage page)
    {
        await page.Locator("main[data-live]").WaitForAsync();
        await page.Locator(".feed-chip.is-live").WaitForAsync();
    }

    /// <summary>One line for each violation; empty where there is none.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        AxeResult result = await page.RunAxe();
        return [.. result.Violations.Select(v =>
            $"{page.Url}: {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}")];
    }

    private static string FindRepository()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "ChainHealth.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? AppContext.BaseDirectory;
    }
}
