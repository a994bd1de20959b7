using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>From the first start to a person who works: link, registration, approval, roles, lock.</summary>
[Collection(BrowserCollection.Name)]
public class AccountTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_newcomer_registers_waits_is_approved_and_logs_in()
    {
        await using DashboardUnderTest dashboard = await DashboardUnderTest.StartAsync();
        await using IBrowserContext context = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions { BaseURL = dashboard.Address });
        IPage admin = await context.NewPageAsync();
        await SetUpAsync(admin, dashboard);

        await using IBrowserContext other = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions { BaseURL = dashboard.Address });
        IPage newcomer = await other.NewPageAsync();
        await newcomer.GotoAsync(Urls.Register);
        await AccountForms.FillAsync(newcomer, "arne", "<b>Northern</b> Clinic");
        await newcomer.GetByLabel("Auditor").CheckAsync();
        await newcomer.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("Thank you");
        await BrowserFixture.LogInAsync(newcomer, dashboard.Address, "arne", DashboardUnderTest.Password);
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Alert)).ToContainTextAsync("waits for the provider");

        await admin.GotoAsync(Urls.Overview);
        await BrowserFixture.LiveAsync(admin);
        await admin.GetByText("1 account waits for your decision").ClickAsync();
        await Assertions.Expect(admin.GetByText("<b>Northern</b> Clinic")).ToBeVisibleAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve arne" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Nobody waits.")).ToBeVisibleAsync();

        await BrowserFixture.LogInAsync(newcomer, dashboard.Address, "arne", DashboardUnderTest.Password);
        await Assertions.Expect(newcomer).ToHaveURLAsync(dashboard.Address + Urls.Chain);
        await Assertions.Expect(newcomer.GetByText("No block yet")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_administrator_link_works_once()
    {
        await using DashboardUnderTest dashboard = await DashboardUnderTest.StartAsync();
        await using IBrowserContext context = await browser.Browser.NewContextAsync();
        IPage page = await context.NewPageAsync();
        await SetUpAsync(page, dashboard);
        await page.GotoAsync(dashboard.AdministratorLink!);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("does not work any more");
    }

    [Theory]
    [InlineData("uma", Urls.Rounds)]
    [InlineData("uma", Urls.Chain)]
    [InlineData("uma", Urls.Users)]
    [InlineData("hanna", Urls.Users)]
    public async Task A_page_of_another_role_is_refused_and_not_in_the_menu(string person, string address)
    {
        IPage page = await browser.OpenAsync(person);
        await page.GotoAsync(address);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("not for your role");
        await page.GotoAsync(Urls.Overview);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.Locator($".nav a[href='{address}']")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(Urls.Overview)]
    [InlineData(Urls.Chain)]
    [InlineData(Urls.Users)]
    public async Task Who_is_not_logged_in_is_led_to_the_door(string address)
    {
        IPage page = await browser.OpenAsync(null);
        await page.GotoAsync(address);
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(Urls.LogIn));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_auditor_sees_the_accounts_and_decides_nothing()
    {
        IPage page = await browser.OpenAsync("arthur");
        await page.GotoAsync(Urls.Users);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "nora" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve nora" })).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_lock_ends_the_persons_open_page()
    {
        await browser.Dashboard.AddAccountAsync("luis", "Hospital");
        IPage page = await browser.OpenAsync("luis");
        await page.GotoAsync(Urls.Rounds);
        await BrowserFixture.LiveAsync(page);
        Assert.Null(await browser.Dashboard.LockAsync("paula", "luis"));
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(Urls.LogIn));
        await BrowserFixture.LogInAsync(page, browser.Dashboard.Address, "luis", DashboardUnderTest.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("left the clinic");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_door_and_logging_out_ends_the_session()
    {
        await browser.Dashboard.AddAccountAsync("ivo", "User");
        IPage page = await browser.OpenAsync("ivo");
        await page.GotoAsync(Urls.Overview);
        await BrowserFixture.LiveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(browser.Dashboard.Address + Urls.LogIn);
        for (int i = 0; i < 5; i++)
        {
            await BrowserFixture.LogInAsync(page, browser.Dashboard.Address, "ivo", "not the password");
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }

        await BrowserFixture.LogInAsync(page, browser.Dashboard.Address, "ivo", DashboardUnderTest.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong passwords");
        await page.Context.DisposeAsync();
    }

    private static async Task SetUpAsync(IPage page, DashboardUnderTest dashboard)
    {
        await page.GotoAsync(dashboard.AdministratorLink!);
        await AccountForms.FillAsync(page, "petra", "Consortium office");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();
        await page.WaitForURLAsync(dashboard.Address + Urls.LogIn);
        await BrowserFixture.LogInAsync(page, dashboard.Address, "petra", DashboardUnderTest.Password);
        await Assertions.Expect(page).ToHaveURLAsync(dashboard.Address + Urls.Overview);
    }
}
