using System.Buffers.Binary;
using System.Security.Cryptography;
using ChainHealth.Dashboard;
using ChainHealth.Dashboard.Audit;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>A code of the phone beside the password.</summary>
[Collection(BrowserCollection.Name)]
public class TwoFactorTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_second_factor_is_switched_on_asked_for_and_a_recovery_code_works_once()
    {
        await browser.Dashboard.AddAccountAsync("felix", "Hospital");
        IPage page = await browser.OpenAsync("felix");
        await page.GotoAsync(Urls.TwoFactor);
        string key = await page.Locator(".key code").InnerTextAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not fit");
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(CodeOf(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await Assertions.Expect(page.GetByText("is on. Keep these codes")).ToBeVisibleAsync();
        await SeeBothThemesAsync(page, "two-factor-codes");
        string spare = await page.Locator(".recovery-codes code").First.InnerTextAsync();
        await page.Context.DisposeAsync();

        await LogInAsync("felix", async door =>
        {
            await door.GetByLabel("Code", new() { Exact = true }).FillAsync("123456");
            await door.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            await Assertions.Expect(door.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
            await door.GetByLabel("Code", new() { Exact = true }).FillAsync(CodeOf(key));
            await door.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            await BrowserFixture.LiveAsync(door);
        });
        await LogInAsync("felix", async door =>
        {
            await RecoverAsync(door, spare);
            await BrowserFixture.LiveAsync(door);
        });
        await LogInAsync("felix", async door =>
        {
            await RecoverAsync(door, spare);
            await Assertions.Expect(door.GetByRole(AriaRole.Alert)).ToContainTextAsync("has been used");
        });
    }

    [Fact]
    public async Task Recovery_codes_are_made_anew_and_switching_off_wants_the_password()
    {
        await browser.Dashboard.AddAccountAsync("frida", "Auditor");
        IPage page = await browser.OpenAsync("frida");
        await page.GotoAsync(Urls.TwoFactor);
        string key = await page.Locator(".key code").InnerTextAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(CodeOf(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        string old = await page.Locator(".recovery-codes code").First.InnerTextAsync();
        await page.GotoAsync(Urls.TwoFactor);
        await SeeBothThemesAsync(page, "two-factor-on");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make new recovery codes" }).ClickAsync();
        await Assertions.Expect(page.Locator(".recovery-codes code").First).Not.ToHaveTextAsync(old);
        await LogInAsync("frida", async door =>
        {
            await RecoverAsync(door, old);
            await Assertions.Expect(door.GetByRole(AriaRole.Alert)).ToContainTextAsync("has been used");
            await SeeBothThemesAsync(door, "two-factor-recovery");
        });

        await page.GotoAsync(Urls.TwoFactor);
        await page.GetByLabel("Your password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The password is wrong");
        await page.GetByLabel("Your password").FillAsync(DashboardUnderTest.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await page.Locator(".qr").WaitForAsync();
        Assert.Equal(1, await browser.Dashboard.CountAuditedAsync(AuditAct.TwoFactorOff, "frida"));
        await page.Context.DisposeAsync();
    }

    private static async Task SeeBothThemesAsync(IPage page, string name)
    {
        foreach (string theme in (string[])["light", "dark"])
        {
            Assert.Empty(await BrowserFixture.ViolationsAsync(page));
            await page.ScreenshotAsync(new()
            {
                Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{theme}.png"), FullPage = true,
            });
            await page.Locator("[data-theme-toggle]").ClickAsync();
        }
    }

    private static async Task RecoverAsync(IPage door, string code)
    {
        await door.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code" }).ClickAsync();
        await door.GetByLabel("Recovery code").FillAsync(code);
        await door.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
    }

    private async Task LogInAsync(string person, Func<IPage, Task> second)
    {
        await using IBrowserContext context = await browser.Browser.NewContextAsync();
        IPage door = await context.NewPageAsync();
        await BrowserFixture.LogInAsync(door, browser.Dashboard.Address, person, DashboardUnderTest.Password);
        await Assertions.Expect(door.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Second step");
        await second(door);
    }

    /// <summary>RFC 6238: HMAC-SHA1 of the half minute, six digits.</summary>
    private static string CodeOf(string key)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var bits = string.Concat(key.Where(c => c != ' ')
            .Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        byte[] secret = [.. bits.Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // Authenticator apps use SHA-1.
        byte[] hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        int offset = hash[^1] & 15;
        int value = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & int.MaxValue;
        return (value % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }
}
