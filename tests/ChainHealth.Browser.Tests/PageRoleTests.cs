using ChainHealth.Dashboard;
using ChainHealth.Primitives;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Who may open which page and which file; the server decides, not the menu.</summary>
[Collection(BrowserCollection.Name)]
public class PageRoleTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("hanna", Urls.Train)]
    [InlineData("hanna", Urls.System)]
    [InlineData("arthur", Urls.Train)]
    [InlineData("arthur", Urls.Data)]
    [InlineData("arthur", Urls.System)]
    [InlineData("uma", Urls.Results)]
    [InlineData("uma", Urls.Hospitals)]
    [InlineData("uma", Urls.Data)]
    public async Task A_page_of_another_role_is_refused_and_not_in_the_menu(string person, string address)
    {
        IPage page = await browser.OpenAsync(person);
        await page.GotoAsync(address);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("not for your role");
        await Assertions.Expect(page.Locator($".nav a[href='{address}']")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("uma", "/results/1/updates.csv", false)]
    [InlineData("hanna", "/system/backup", false)]
    [InlineData("arthur", "/system/backup", false)]
    [InlineData(null, "/chain/export?from=1&to=5&format=csv", false)]
    [InlineData("arthur", "/chain/export?from=1&to=5&format=csv", true)]
    [InlineData("hanna", "/results/1/updates.xlsx", true)]
    [InlineData("paula", "/results/1/tests.json", true)]
    [InlineData("paula", "/results/1/accuracy.svg", true)]
    [InlineData("paula", "/rounds/1/2/proof", true)]
    [InlineData("paula", "/system/backup", true)]
    public async Task A_file_is_given_to_its_roles_alone(string? person, string address, bool given)
    {
        IPage page = await browser.OpenAsync(person);
        IAPIResponse answer = await page.Context.APIRequest.GetAsync(
            browser.Dashboard.Address + address, new() { MaxRedirects = 0 });
        Assert.Equal(given, answer.Status == 200);
        Assert.Equal(given, answer.Headers.ContainsKey("content-disposition"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Verify_is_open_to_everybody_and_accessible_without_an_account()
    {
        IPage page = await browser.OpenAsync(null);
        await page.GotoAsync(Urls.Verify);
        await BrowserFixture.LiveAsync(page);
        Assert.Empty(await BrowserFixture.ViolationsAsync(page));
        await page.GetByLabel("Or its bytes").FillAsync("abcd");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is no proof");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_started_with_the_keyboard_alone()
    {
        IPage page = await browser.OpenAsync("paula");
        await page.GotoAsync(Urls.Train);
        await BrowserFixture.LiveAsync(page);
        await page.Locator(".choices").WaitForAsync();
        await page.Locator("input[name=dataset][value=wdbc]").FocusAsync();
        for (int step = 0; step < 4; step++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
        }

        await Assertions.Expect(page.Locator("#step-title")).ToHaveTextAsync("Review");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**{Urls.TrainRun(new RunId(1))}");
        await page.Context.DisposeAsync();
    }
}
