using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Finds a Chromium or provides one: the system's first, then Playwright's own, then the package of the
/// distribution where this process may install packages.</summary>
public static class SystemBrowser
{
    private const int InstallMinutesMax = 5;

    private static readonly string[] Known =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        ArgumentNullException.ThrowIfNull(playwright);
        if (Known.FirstOrDefault(File.Exists) is { } path)
        {
            return await LaunchAsync(playwright, path);
        }

        if (Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0)
        {
            return await LaunchAsync(playwright, null);
        }

        await InstallPackageAsync();
        return Known.FirstOrDefault(File.Exists) is { } installed
            ? await LaunchAsync(playwright, installed)
            : throw new InvalidOperationException(
                "The browser tests need Chromium. Install it by 'apt-get install chromium', or let Playwright download "
                + "its own ('playwright install chromium'); both were tried here and failed.");
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright, string? path) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags });

    private static async Task InstallPackageAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(InstallMinutesMax));
        foreach (string arguments in (string[])["update", "install -y --no-install-recommends chromium"])
        {
            try
            {
                using Process? apt = Process.Start("apt-get", arguments);
                await (apt?.WaitForExitAsync(timeout.Token) ?? Task.CompletedTask);
            }
            catch (Exception e) when (e is Win32Exception or OperationCanceledException)
            {
                return;
            }
        }
    }
}
