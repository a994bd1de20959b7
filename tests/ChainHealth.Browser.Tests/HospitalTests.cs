using ChainHealth.Client;
using ChainHealth.Dashboard;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>A hospital's account and its member of the chain: enrolment by code, seen live, and what is its own then.
/// </summary>
[Collection(BrowserCollection.Name)]
public class HospitalTests(BrowserFixture browser)
{
    private const int PhoneWidth = 360;

    [Fact]
    public async Task An_edge_server_uses_the_code_and_the_votes_are_seen_until_the_hospital_is_a_member()
    {
        await using DashboardUnderTest dashboard = await DashboardUnderTest.StartAsync();
        await dashboard.AddAccountAsync("nele", "Hospital");
        await using IBrowserContext context = await browser.Browser.NewContextAsync(
            new BrowserNewContextOptions { BaseURL = dashboard.Address, ReducedMotion = ReducedMotion.Reduce });
        IPage page = await context.NewPageAsync();
        await BrowserFixture.LogInAsync(page, dashboard.Address, "nele", DashboardUnderTest.Password);
        await Assertions.Expect(page).ToHaveURLAsync(dashboard.Address + Urls.Overview);
        await BrowserFixture.LiveAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "not tied to a hospital" }).ClickAsync();
        await page.WaitForURLAsync(dashboard.Address + Urls.Hospital);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a code" }).ClickAsync();
        string typed = await page.GetByTestId("code").TextContentAsync() ?? "";
        Assert.Empty(await BrowserFixture.ViolationsAsync(page));
        await KeepAsync(page, "enrol-code");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use the light theme" }).WaitForAsync();
        Assert.Empty(await BrowserFixture.ViolationsAsync(page));
        await page.SetViewportSizeAsync(PhoneWidth, 800);
        Assert.InRange(
            await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), PhoneWidth, PhoneWidth);
        await KeepAsync(page, "enrol-code-phone");

        EnrolmentRequest request = Request(dashboard.Chain.Network, typed);
        using var door = new EnrolmentDoor(dashboard.Address);
        await door.AskAsync(request, CancellationToken.None);
        await Assertions.Expect(page.GetByText("0 of 3 votes")).ToBeVisibleAsync();
        Vote(dashboard, 0, 2);
        await Assertions.Expect(page.GetByText("2 of 3 votes")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("validator-1 and validator-2")).ToBeVisibleAsync();
        Assert.Empty(await BrowserFixture.ViolationsAsync(page));
        await KeepAsync(page, "enrol-votes");
        Vote(dashboard, 2, 3);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("hospital-new");
        await page.GetByRole(AriaRole.Link, new() { Name = "this vote" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("voted to admit hospital-new");
        EnrolmentAnswer told = await door.AskAsync(request, CancellationToken.None);
        Assert.Equal(EnrolmentStage.Member, told.Stage);
        Assert.Equal("hospital-new", dashboard.Chain.State.Members[told.Member].Name);
    }

    [Fact]
    public async Task Wrong_codes_and_what_is_no_request_are_refused_in_plain_words()
    {
        using var door = new EnrolmentDoor(browser.Dashboard.Address);
        EnrolmentException wrong = await Assert.ThrowsAsync<EnrolmentException>(() => door.AskAsync(
            Request(browser.Dashboard.Chain.Network, EnrolmentCode.Make().Reveal()), CancellationToken.None));
        Assert.Contains("unknown, has expired or was used", wrong.Message, StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = new Uri(browser.Dashboard.Address) };
        foreach (int bytes in new[] { 0, 7, EnrolmentRequest.BytesMax + 1, 1 << 20 })
        {
            using HttpResponseMessage answer = await http.PostAsync(
                EnrolmentRequest.Path, new ByteArrayContent(new byte[bytes]));
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private static EnrolmentRequest Request(TestNetwork network, string typed)
    {
        Assert.True(EnrolmentCode.TryParse(typed, out EnrolmentCode? code));
        return EnrolmentRequest.Sign(
            network.Chain, code, network.Candidate("hospital-new"), network.KeyOf("hospital-new"));
    }

    private static void Vote(DashboardUnderTest dashboard, int from, int to)
    {
        TestNetwork network = dashboard.Chain.Network;
        foreach (MemberId validator in network.ValidatorIds[from..to])
        {
            dashboard.Client.Tell(() => dashboard.Chain.Commit(
                (validator, new AdmitMemberBody(network.Candidate("hospital-new")))));
        }
    }

    private static Task KeepAsync(IPage page, string name) => page.ScreenshotAsync(
        new() { Path = Path.Combine(BrowserFixture.Screenshots, name + ".png"), FullPage = true });
}
