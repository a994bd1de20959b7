using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>What a person types to come in.</summary>
internal static class AccountForms
{
    public static async Task FillAsync(IPage page, string name, string organisation, string? address = null)
    {
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByLabel("E-mail").FillAsync($"{name}@clinic.example");
        await page.GetByLabel("Organisation").FillAsync(organisation);
        await page.GetByLabel("Postal address").FillAsync(address ?? "1 Shore Road, Lakeside");
        await FillPasswordsAsync(page);
    }

    public static async Task FillPasswordsAsync(IPage page)
    {
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(DashboardUnderTest.Password);
        await page.GetByLabel("Repeat the password").FillAsync(DashboardUnderTest.Password);
    }

    /// <summary>Registers and lands on the waiting page.</summary>
    public static async Task RegisterAsync(IPage page, string name, string role, string organisation = "Clinic")
    {
        await page.GotoAsync(Urls.Register);
        await FillAsync(page, name, organisation);
        await page.GetByRole(AriaRole.Radio, new() { Name = role }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Thank you");
    }
}
