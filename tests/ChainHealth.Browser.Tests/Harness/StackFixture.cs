using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>One real network whose provider, in the browser, has started a rehearsal and watched it to its end, then
/// started a long run and stopped it. Each test of the class goes on from there.</summary>
public sealed class StackFixture(BrowserFixture browser) : IAsyncLifetime
{
    public const string Provider = "petra";

    private const int RunMsMax = 150_000;
    private const float TimeoutMs = 30_000;

    private string _session = "";

    public RealStack Stack { get; private set; } = default!;

    public async Task InitializeAsync()
    {
        Stack = await RealStack.StartAsync();
        IPage page = await OpenAsync(loggedIn: false);
        await SetUpAsync(page);
        await StartRehearsalAsync(page);
        await Assertions.Expect(page.GetByText("Finished", new() { Exact = true }))
            .ToBeVisibleAsync(new() { Timeout = RunMsMax });
        await KeepAsync(page, "stack-run");
        await StopRunAsync(page);
        _session = await page.Context.StorageStateAsync();
        await page.Context.DisposeAsync();
    }

    public async Task DisposeAsync() => await Stack.DisposeAsync();

    /// <summary>A page of a fresh context, as the provider or as a stranger.</summary>
    public async Task<IPage> OpenAsync(bool loggedIn = true)
    {
        IBrowserContext context = await browser.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Stack.Address, AcceptDownloads = true, StorageState = loggedIn ? _session : null,
            ViewportSize = new ViewportSize { Width = 1280, Height = 860 },
        });
        context.SetDefaultTimeout(TimeoutMs);
        return await context.NewPageAsync();
    }

    public static Task KeepAsync(IPage page, string name) => page.ScreenshotAsync(
        new() { Path = Path.Combine(BrowserFixture.Screenshots, name + ".png"), FullPage = true });

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(Stack.AdministratorLink);
        await AccountForms.FillAsync(page, Provider, "Consortium office");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();
        await page.WaitForURLAsync(Stack.Address + Urls.LogIn);
        await BrowserFixture.LogInAsync(page, Stack.Address, Provider, DashboardUnderTest.Password);
        await Assertions.Expect(page).ToHaveURLAsync(Stack.Address + Urls.Overview);
    }

    private static async Task StartRehearsalAsync(IPage page)
    {
        ILocator next = await OpenWizardAsync(page, rounds: 1);
        await page.GetByLabel("This run is a rehearsal").CheckAsync();
        await page.GetByLabel("hospital-4").FillAsync("label-flip");
        await KeepAsync(page, "stack-wizard");
        await next.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await page.WaitForURLAsync($"**{Urls.Train}/1");
    }

    /// <summary>A run with more rounds than anybody waits for; the chain itself says that it was stopped.</summary>
    private static async Task StopRunAsync(IPage page)
    {
        await (await OpenWizardAsync(page, rounds: 50)).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await page.WaitForURLAsync($"**{Urls.Train}/2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop this run" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, stop it" }).ClickAsync();
        await Assertions.Expect(page.GetByText("stopped on the dashboard")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Start another run" })).ToBeVisibleAsync();
        await KeepAsync(page, "stack-stopped");
    }

    /// <summary>Up to the step of the rehearsal; the answer is the button that leads on.</summary>
    private static async Task<ILocator> OpenWizardAsync(IPage page, int rounds)
    {
        await page.GotoAsync(Urls.Train);
        await BrowserFixture.LiveAsync(page);
        await page.GetByText("4 of 4 hospitals hold it").WaitForAsync();
        ILocator next = page.GetByRole(AriaRole.Button, new() { Name = "Continue" });
        await next.ClickAsync();
        await next.ClickAsync();
        await page.GetByLabel("Rounds, at most").FillAsync(FormattableString.Invariant($"{rounds}"));
        await next.ClickAsync();
        return next;
    }
}
