using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>A day without a mouse: nothing but Tab, typing and Enter.</summary>
[Collection(BrowserCollection.Name)]
public class KeyboardTests(BrowserFixture browser)
{
    private const int TabsMax = 80;

    [Fact]
    public async Task A_person_logs_in_predicts_reads_the_answer_and_logs_out_with_the_keyboard_alone()
    {
        await browser.Dashboard.AddAccountAsync("kim", "User");
        IPage page = await browser.OpenAsync(null);
        await page.GotoAsync(Urls.LogIn);
        await TypeAsync(page, page.GetByLabel("User name"), "kim");
        await TypeAsync(page, page.GetByLabel("Password"), DashboardUnderTest.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**{Urls.Predict}");
        await BrowserFixture.LiveAsync(page);

        await TypeAsync(page, page.GetByLabel("mean radius"), "20.5");
        await TabToAsync(page, page.GetByLabel("Label that came with it"));
        await page.Keyboard.PressAsync("b");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Predict" }));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("looks poisoned");

        ILocator file = page.GetByRole(AriaRole.Link, new() { Name = "CSV" });
        await TabToAsync(page, file);
        IDownload csv = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        Assert.EndsWith(".csv", csv.SuggestedFilename, StringComparison.Ordinal);
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Log out" }));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**{Urls.LogIn}");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_provider_approves_a_newcomer_with_the_keyboard_alone_and_sees_where_the_focus_is()
    {
        await browser.Dashboard.RegisterAsync("noel");
        IPage page = await browser.OpenAsync("paula");
        await page.GotoAsync(Urls.Users);
        await BrowserFixture.LiveAsync(page);
        ILocator approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve noel" });
        await TabToAsync(page, approve);
        Assert.Equal("solid", await RingAsync(approve));
        ILocator link = page.Locator($".nav a[href='{Urls.Train}']");
        await TabToAsync(page, link, back: true);
        Assert.Equal("solid", await RingAsync(link));
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "keyboard-focus.png") });
        await TabToAsync(page, approve);
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.GetByText("noel may come in as Hospital.")).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    private static async Task TypeAsync(IPage page, ILocator field, string text)
    {
        await TabToAsync(page, field);
        await page.Keyboard.TypeAsync(text);
    }

    private static Task<string> RingAsync(ILocator target) =>
        target.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle");

    private static async Task TabToAsync(IPage page, ILocator target, bool back = false)
    {
        await target.First.WaitForAsync();
        for (int i = 0; i < TabsMax; i++)
        {
            if (await target.First.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }

            await page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
        }

        Assert.Fail($"{target} is not reached by {TabsMax} presses of Tab");
    }
}
