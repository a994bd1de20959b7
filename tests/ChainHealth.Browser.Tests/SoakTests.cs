using System.Diagnostics;
using System.Globalization;
using ChainHealth.Dashboard;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace ChainHealth.Browser.Tests;

/// <summary>Pages that come and go while blocks pass: what is left of them. A few rounds here; for hours set
/// CHAINHEALTH_SOAK_SECONDS and read artifacts/soak.csv.</summary>
[Collection(BrowserCollection.Name)]
public class SoakTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int RoundsMin = 1;
    private const int WarmUpRounds = 1;
    private const int PagesAtOnce = 4;
    private const int BlocksARound = 100;
    private const int BlocksKept = 64;

    /// <summary>The audit log follows the approvals of plans, the enrolment desk its votes.</summary>
    private const int WatchersOfItsOwn = 2;

    /// <summary>Caches and pools fill during the first minute and breathe afterwards.</summary>
    private const long BytesOfCaches = 24 * 1024 * 1024;

    /// <summary>What the index keeps of a block until it is full (ChainIndex.EntriesMax).</summary>
    private const int BytesABlockMax = 300;

    /// <summary>A circuit that stayed would keep some hundred thousand.</summary>
    private const int BytesAPageMax = 16 * 1024;

    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(20);
    private static readonly string[] Addresses = [Urls.Overview, Urls.Chain, Urls.Hospitals, Urls.Results];

    [Fact]
    public async Task Pages_that_came_and_went_and_blocks_that_passed_leave_the_memory_as_it_was()
    {
        await using DashboardUnderTest dashboard = await DashboardUnderTest.StartAsync();
        dashboard.TellUsualStory();
        await dashboard.AddAccountAsync("paula", "Provider");
        await UntilAsync(dashboard, () => dashboard.Feed.Listeners == WatchersOfItsOwn);
        await using IBrowserContext context = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions { BaseURL = dashboard.Address });
        IPage door = await context.NewPageAsync();
        await BrowserFixture.LogInAsync(door, dashboard.Address, "paula", DashboardUnderTest.Password);
        await BrowserFixture.LiveAsync(door);
        await LeaveAsync(door);
        await using var figures = new StreamWriter(
            Path.Combine(BrowserFixture.Repository, "artifacts", "soak.csv"));
        await figures.WriteLineAsync("seconds,pages,blocks,managed bytes");

        var clock = Stopwatch.StartNew();
        TimeSpan span = TimeSpan.FromSeconds(double.Parse(
            Environment.GetEnvironmentVariable("CHAINHEALTH_SOAK_SECONDS") ?? "0", CultureInfo.InvariantCulture));
        long start = 0, end = 0;
        int round = 0;
        for (; round < WarmUpRounds + RoundsMin || clock.Elapsed < span; round++)
        {
            await RoundAsync(context, dashboard);
            end = await SettleAsync(dashboard);
            start = round < WarmUpRounds ? end : start;
            string line = FormattableString.Invariant(
                $"{clock.Elapsed.TotalSeconds:0},{(round + 1) * PagesAtOnce},{dashboard.Tip},{end}");
            output.WriteLine(line);
            await figures.WriteLineAsync(line);
        }

        int rounds = round - WarmUpRounds;
        long allowed = BytesOfCaches
            + ((long)rounds * ((BlocksARound * BytesABlockMax) + (PagesAtOnce * BytesAPageMax)));
        Assert.True(end - start < allowed, $"{end - start} bytes more after {rounds} rounds; {allowed} were allowed");
    }

    /// <summary>Opens pages, lets blocks pass, sees the newest one, leaves.</summary>
    private static async Task RoundAsync(IBrowserContext context, DashboardUnderTest dashboard)
    {
        IPage[] pages = await Task.WhenAll(Addresses.Select(async address =>
        {
            IPage page = await context.NewPageAsync();
            await page.GotoAsync(address);
            await BrowserFixture.LiveAsync(page);
            return page;
        }));
        for (int i = 0; i < BlocksARound; i++)
        {
            dashboard.Client.Tell(() => dashboard.Chain.Commit(
                (dashboard.Chain.Network.Operator, new NoteBody(new ByteString([(byte)i])))));
        }

        await Assertions.Expect(pages[1].GetByRole(
            AriaRole.Link, new() { Name = $"#{dashboard.Tip}", Exact = true })).ToBeVisibleAsync();
        foreach (IPage page in pages)
        {
            await LeaveAsync(page);
        }
    }

    /// <summary>Leaving tells the server; a tab that is killed is forgotten three minutes later.</summary>
    private static async Task LeaveAsync(IPage page)
    {
        await page.GotoAsync("about:blank");
        await page.CloseAsync();
    }

    /// <summary>Managed bytes once every page is gone and the index has read every block.</summary>
    private static async Task<long> SettleAsync(DashboardUnderTest dashboard)
    {
        await UntilAsync(dashboard, () =>
            dashboard.Feed.Listeners == WatchersOfItsOwn && dashboard.Feed.Index.Height == dashboard.Tip);
        dashboard.Client.Tell(() => dashboard.Chain.Forget(BlocksKept));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task UntilAsync(DashboardUnderTest dashboard, Func<bool> settled)
    {
        var waited = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!settled())
        {
            Assert.True(
                waited.Elapsed < LeaveMax,
                $"{dashboard.Feed.Listeners} listen where the dashboard's own are {WatchersOfItsOwn}; "
                + $"block {dashboard.Feed.Index.Height} of {dashboard.Tip}");
            await timer.WaitForNextTickAsync();
        }
    }
}
