using ChainHealth.Client;
using ChainHealth.Dashboard;
using ChainHealth.Primitives;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>From a record to its answer and its file.</summary>
[Collection(BrowserCollection.Name)]
public class PredictTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_user_sends_a_record_reads_why_and_downloads_the_answer()
    {
        IPage page = await OpenAsync("uma");
        await page.GetByLabel("mean radius").FillAsync("20.5");
        await page.GetByLabel("Label that came with it").SelectOptionAsync("benign");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).DblClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("looks poisoned");
        await Assertions.Expect(page.GetByText("Its label says benign")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Not for diagnosis.")).ToBeVisibleAsync();

        IDownload file = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        string csv = await File.ReadAllTextAsync(await file.PathAsync());
        Assert.Contains("line 2,found,0.97,benign,malignant", csv, StringComparison.Ordinal);
        await page.GotoAsync(Urls.Predict);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "One record" })).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_was_typed_outlives_a_broken_session_and_an_edge_server_that_is_down()
    {
        await browser.Dashboard.AddAccountAsync("tessa", "User");
        IPage page = await OpenAsync("tessa");
        await page.GetByLabel("mean radius").FillAsync("17.25");
        await page.Context.ClearCookiesAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(Urls.LogIn));
        await page.GetByLabel("User name").FillAsync("tessa");
        await page.GetByLabel("Password").FillAsync(DashboardUnderTest.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByLabel("mean radius")).ToHaveValueAsync("17.25");

        MemberId provider = browser.Dashboard.Chain.Network.Provider;
        browser.Dashboard.Edges.Down(provider);
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("What you entered is kept");
        browser.Dashboard.Edges.Down(provider, false);
        await Assertions.Expect(page.GetByLabel("mean radius")).ToHaveValueAsync("17.25");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_file_shows_its_ratio_and_one_that_is_too_large_is_refused_at_once()
    {
        IPage page = await OpenAsync("hanna");
        await page.GetByRole(AriaRole.Tab, new() { Name = "A file" }).ClickAsync();
        ILocator drop = page.Locator("#drop-file");
        await drop.SetInputFilesAsync(Payload("big.csv", new byte[PredictQuestion.BytesMax + 1]));
        await Assertions.Expect(page.GetByText("at most 16.8 MB are taken")).ToBeVisibleAsync();
        await drop.SetInputFilesAsync(Payload("cells.csv", "mean radius,label\n20,benign\n9,malignant\n"u8.ToArray()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("1 of 2 records");
        await Assertions.Expect(page.GetByText("50.0 %").First).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Another_persons_answer_is_not_there()
    {
        IPage page = await browser.OpenAsync("uma");
        await page.GotoAsync(Urls.Prediction("0123456789abcdef0123456789abcdef"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("no such prediction");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_auditor_sees_that_the_log_matches_and_may_not_predict()
    {
        IPage page = await browser.OpenAsync("arthur");
        await page.GotoAsync(Urls.Audit);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByText("Matches")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "logged in" }).First).ToBeVisibleAsync();
        await page.GotoAsync(Urls.Predict);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("not for your role");
        await page.Context.DisposeAsync();
    }

    private static FilePayload Payload(string name, byte[] content) =>
        new() { Name = name, MimeType = "text/csv", Buffer = content };

    private async Task<IPage> OpenAsync(string person)
    {
        IPage page = await browser.OpenAsync(person);
        await page.GotoAsync(Urls.Predict);
        await BrowserFixture.LiveAsync(page);
        return page;
    }
}
