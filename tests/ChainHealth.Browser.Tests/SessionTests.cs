using ChainHealth.Dashboard;
using ChainHealth.Dashboard.Audit;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Sessions that end while somebody types, and passwords that change while somebody is logged in.</summary>
[Collection(BrowserCollection.Name)]
public class SessionTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_was_typed_into_the_train_wizard_outlives_the_session()
    {
        await browser.Dashboard.AddAccountAsync("wanda", "Provider");
        IPage page = await OpenTrainAsync("wanda");
        ILocator next = page.GetByRole(AriaRole.Button, new() { Name = "Continue" });
        await next.ClickAsync();
        await page.GetByLabel("mlp").CheckAsync();
        await next.ClickAsync();
        await page.GetByLabel("Rounds, at most").FillAsync("17");
        await page.Context.ClearCookiesAsync();
        await page.ReloadAsync();
        await page.WaitForURLAsync($"**{Urls.LogIn}**");
        await LogInAsync(page, "wanda");

        await BrowserFixture.LiveAsync(page);
        await page.Locator(".choices").WaitForAsync();
        await next.ClickAsync();
        await Assertions.Expect(page.GetByLabel("mlp")).ToBeCheckedAsync();
        await next.ClickAsync();
        await Assertions.Expect(page.GetByLabel("Rounds, at most")).ToHaveValueAsync("17");
        await next.ClickAsync();
        await next.ClickAsync();
        ILocator review = page.Locator("dl.fields");
        await Assertions.Expect(review).ToContainTextAsync("mlp");
        await Assertions.Expect(review).ToContainTextAsync("17");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start over" }).ClickAsync();
        await next.ClickAsync();
        await next.ClickAsync();
        await Assertions.Expect(page.GetByLabel("Rounds, at most")).ToHaveValueAsync("3");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_started_once_by_two_clicks()
    {
        IPage page = await OpenTrainAsync("paula");
        for (int step = 0; step < 4; step++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        }

        int before = Started();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).DblClickAsync();
        await page.WaitForURLAsync($"**{Urls.Train}/1");
        Assert.Equal(1, Started() - before);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_was_typed_at_registration_outlives_a_reload_but_the_password_does_not()
    {
        IPage page = await browser.OpenAsync(null);
        await page.GotoAsync(Urls.Register);
        await AccountForms.FillAsync(page, "rosa", "Clinic");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByLabel("User name")).ToHaveValueAsync("rosa");
        await Assertions.Expect(page.GetByLabel("Postal address")).ToHaveValueAsync("1 Shore Road, Lakeside");
        await Assertions.Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveValueAsync("");
        await AccountForms.FillPasswordsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Thank you");
        await page.GotoAsync(Urls.Register);
        await Assertions.Expect(page.GetByLabel("User name")).ToHaveValueAsync("");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_changed_password_ends_every_other_session()
    {
        const string Next = "seven quiet otters 9";
        await browser.Dashboard.AddAccountAsync("pia", "Hospital");
        IPage here = await browser.OpenAsync("pia"), elsewhere = await browser.OpenAsync("pia");
        await elsewhere.GotoAsync(Urls.Overview);
        await BrowserFixture.LiveAsync(elsewhere);
        await here.GotoAsync(Urls.Profile);
        await ChangeAsync(here, "not the password", Next);
        await Assertions.Expect(here.GetByRole(AriaRole.Alert)).ToContainTextAsync("Incorrect password");
        await ChangeAsync(here, DashboardUnderTest.Password, "Password1234");
        await Assertions.Expect(here.GetByRole(AriaRole.Alert)).ToContainTextAsync("guessers try first");
        await ChangeAsync(here, DashboardUnderTest.Password, Next);
        await Assertions.Expect(here.GetByText("The password was changed")).ToBeVisibleAsync();

        await elsewhere.WaitForURLAsync($"**{Urls.LogIn}**");
        await LogInAsync(elsewhere, "pia");
        await Assertions.Expect(elsewhere.GetByRole(AriaRole.Alert)).ToContainTextAsync("is wrong");
        Assert.Equal(1, await browser.Dashboard.CountAuditedAsync(AuditAct.PasswordChanged, "pia"));
        Assert.True(await browser.Dashboard.CountAuditedAsync(AuditAct.ProfileViewed, "pia") > 0);
        await here.Context.DisposeAsync();
        await elsewhere.Context.DisposeAsync();
    }

    private static async Task ChangeAsync(IPage page, string now, string next)
    {
        await page.GetByLabel("Password now").FillAsync(now);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync(next);
        await page.GetByLabel("Repeat the new password").FillAsync(next);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
    }

    private int Started() => browser.Dashboard.Edges.Questions.Count(q => q.Call == "start run");

    /// <summary>Where the page was led to when its session ended.</summary>
    private static async Task LogInAsync(IPage page, string person)
    {
        await page.GetByLabel("User name").FillAsync(person);
        await page.GetByLabel("Password").FillAsync(DashboardUnderTest.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
    }

    private async Task<IPage> OpenTrainAsync(string person)
    {
        IPage page = await browser.OpenAsync(person);
        await page.GotoAsync(Urls.Train);
        await BrowserFixture.LiveAsync(page);
        await page.Locator(".choices").WaitForAsync();
        return page;
    }
}
