using System.Diagnostics;
using ChainHealth.Dashboard;
using ChainHealth.Dashboard.Audit;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>What the provider decides, as both sides see it.</summary>
[Collection(BrowserCollection.Name)]
public class AccountDecisionTests(BrowserFixture browser)
{
    /// <summary>In every field that takes text.</summary>
    private const string Script = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>";

    private static readonly TimeSpan SecondsMax = TimeSpan.FromSeconds(8);

    private DashboardUnderTest Dashboard => browser.Dashboard;

    [Fact]
    public async Task A_refusal_with_its_reason_is_told_to_whoever_knows_the_password()
    {
        IPage newcomer = await browser.OpenAsync(null), provider = await OpenUsersAsync();
        await AccountForms.RegisterAsync(newcomer, "rufus", "Hospital");
        await provider.GetByRole(AriaRole.Button, new() { Name = "Refuse rufus" }).ClickAsync();
        ILocator reason = provider.GetByLabel("Reason, told to rufus");
        await reason.FillAsync("unknown organisation");
        await reason.PressAsync("Enter");
        await Assertions.Expect(provider.GetByText("rufus was refused.")).ToBeVisibleAsync();

        await LogInAsync(newcomer, "rufus", "not the password");
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Alert)).ToContainTextAsync("is wrong");
        await LogInAsync(newcomer, "rufus");
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("refused this account: unknown organisation");
        await CloseAsync(newcomer, provider);
    }

    [Fact]
    public async Task A_new_role_reaches_the_persons_open_page_within_seconds()
    {
        await Dashboard.AddAccountAsync("rolf", "User");
        IPage person = await browser.OpenAsync("rolf"), provider = await OpenUsersAsync();
        await person.GotoAsync(Urls.Predict);
        await BrowserFixture.LiveAsync(person);
        await provider.GetByLabel("Role of rolf").SelectOptionAsync("Auditor");
        await provider.GetByRole(AriaRole.Button, new() { Name = "Change role rolf" }).ClickAsync();
        long asked = Stopwatch.GetTimestamp();
        await person.WaitForURLAsync($"**{Urls.LogIn}**");
        Assert.True(Stopwatch.GetElapsedTime(asked) < SecondsMax, $"after {Stopwatch.GetElapsedTime(asked)}");

        await LogInAsync(person, "rolf");
        await Assertions.Expect(person).ToHaveURLAsync(Dashboard.Address + Urls.Chain);
        await BrowserFixture.LiveAsync(person);
        await Assertions.Expect(person.Locator($".nav a[href='{Urls.Predict}']")).ToHaveCountAsync(0);
        await person.GotoAsync(Urls.Predict);
        await Assertions.Expect(person.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("not for your role");
        await CloseAsync(person, provider);
    }

    [Fact]
    public async Task A_double_click_registers_once_and_leads_to_the_waiting_page()
    {
        IPage page = await browser.OpenAsync(null);
        await page.GotoAsync(Urls.Register);
        await AccountForms.FillAsync(page, "dora", "Clinic");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).DblClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Thank you");
        Assert.Equal(1, await Dashboard.CountAuditedAsync(AuditAct.Registered, "dora"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Script_in_every_text_field_is_shown_as_text_and_never_runs()
    {
        IPage newcomer = await browser.OpenAsync(null), provider = await OpenUsersAsync();
        await newcomer.GotoAsync(Urls.Register);
        await AccountForms.FillAsync(newcomer, "sven", Script, Script);
        await newcomer.GetByLabel("User name").FillAsync("<script>");
        await newcomer.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(newcomer.GetByText("Use letters, digits and")).ToBeVisibleAsync();
        await newcomer.GetByLabel("User name").FillAsync("sven");
        await AccountForms.FillPasswordsAsync(newcomer);
        await newcomer.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("Thank you");

        await Assertions.Expect(provider.GetByText(Script).First).ToBeVisibleAsync();
        await provider.GetByRole(AriaRole.Button, new() { Name = "Refuse sven" }).ClickAsync();
        await provider.GetByLabel("Reason, told to sven").FillAsync(Script);
        await provider.GetByRole(AriaRole.Button, new() { Name = "Refuse", Exact = true }).ClickAsync();
        await Assertions.Expect(provider.GetByText("sven was refused.")).ToBeVisibleAsync();
        await LogInAsync(newcomer, "sven");
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Alert)).ToContainTextAsync("onerror");
        await LogInAsync(newcomer, Script);
        await provider.GotoAsync(Urls.Audit);
        await BrowserFixture.LiveAsync(provider);
        await Assertions.Expect(provider.GetByText($"sven: {Script}")).ToBeVisibleAsync();
        await provider.GotoAsync(Urls.Chain);
        await BrowserFixture.LiveAsync(provider);
        await provider.GetByLabel("Search by height").FillAsync(Script);
        await provider.GetByLabel("Search by height").PressAsync("Enter");
        await Assertions.Expect(provider.GetByText("Nothing on this chain matches")).ToBeVisibleAsync();
        Assert.False(await newcomer.EvaluateAsync<bool>("'hit' in window"));
        Assert.False(await provider.EvaluateAsync<bool>("'hit' in window"));
        await CloseAsync(newcomer, provider);
    }

    private Task LogInAsync(IPage page, string name, string password = DashboardUnderTest.Password) =>
        BrowserFixture.LogInAsync(page, Dashboard.Address, name, password);

    private async Task<IPage> OpenUsersAsync()
    {
        IPage page = await browser.OpenAsync("paula");
        await page.GotoAsync(Urls.Users);
        await BrowserFixture.LiveAsync(page);
        return page;
    }

    private static async Task CloseAsync(params IPage[] pages)
    {
        foreach (IPage page in pages)
        {
            await page.Context.DisposeAsync();
        }
    }
}
