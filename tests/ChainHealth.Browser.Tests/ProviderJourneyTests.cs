using System.Globalization;
using System.Text;
using System.Text.Json;
using ChainHealth.Cli;
using ChainHealth.Dashboard;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Days on the real stack: the provider sees who poisoned, and proves it; a newcomer comes in and predicts;
/// the audit log is anchored, and tampering with it is seen.</summary>
[Collection(BrowserCollection.Name)]
public partial class ProviderJourneyTests(BrowserFixture browser, StackFixture stack) : IClassFixture<StackFixture>
{
    /// <summary>The first question trains the screening of the new model.</summary>
    private const float AnswerMsMax = 90_000;

    [Fact]
    public async Task The_rehearsal_shows_every_model_and_the_poisoned_update_is_proven()
    {
        IPage page = await stack.OpenAsync();
        await page.GotoAsync($"{Urls.Train}/1");
        ILocator models = page.GetByRole(AriaRole.Region, new() { Name = "Test accuracy of each model" });
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "Global model" })).ToBeVisibleAsync();
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "Unprotected" })).ToBeVisibleAsync();
        await Assertions.Expect(models.GetByRole(AriaRole.Row, new() { Name = "hospital-4" }))
            .ToContainTextAsync("Poisoned");

        await page.GetByRole(AriaRole.Link, new() { Name = "Results" }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "hospital-4, round 1: Poisoned" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("hospital-4 committed");
        string file = await DownloadAsync(page, "Download proof");
        await page.GotoAsync(Urls.Verify);
        await BrowserFixture.LiveAsync(page);
        await page.GetByLabel("A proof file").SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The proof holds" }))
            .ToBeVisibleAsync();
        await StackFixture.KeepAsync(page, "stack-verify");
        using var said = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(
            ["verify", file, "--genesis", stack.Stack.GenesisFile], Terminal.Plain(said, said)));
        Assert.Contains("as of block", said.ToString(), StringComparison.Ordinal);
        await ForgeAsync(page, file);
        await SeeModelAsync(page);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_newcomer_registers_is_approved_logs_in_predicts_and_downloads()
    {
        IPage newcomer = await stack.OpenAsync(loggedIn: false), provider = await stack.OpenAsync();
        await provider.GotoAsync(Urls.Users);
        await BrowserFixture.LiveAsync(provider);
        await AccountForms.RegisterAsync(newcomer, "rita", "User");
        await provider.GetByRole(AriaRole.Button, new() { Name = "Approve rita" }).ClickAsync();
        await Assertions.Expect(provider.GetByText("Nobody waits.")).ToBeVisibleAsync();

        await BrowserFixture.LogInAsync(newcomer, stack.Stack.Address, "rita", DashboardUnderTest.Password);
        await Assertions.Expect(newcomer).ToHaveURLAsync(stack.Stack.Address + Urls.Predict);
        await BrowserFixture.LiveAsync(newcomer);
        await newcomer.Locator(".record-form input[name='mean radius']").WaitForAsync();
        FilePayload records = await RecordsAsync(newcomer, flipped: 2);
        await newcomer.GetByRole(AriaRole.Tab, new() { Name = "A file" }).ClickAsync();
        await newcomer.Locator("#drop-file").SetInputFilesAsync(records);
        await newcomer.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Assertions.Expect(newcomer.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToContainTextAsync("of 12 records", new() { Timeout = AnswerMsMax });
        await StackFixture.KeepAsync(newcomer, "stack-prediction");

        using JsonDocument answer = JsonDocument.Parse(
            await File.ReadAllTextAsync(await DownloadAsync(newcomer, "JSON")));
        JsonElement[] rows = [.. answer.RootElement.EnumerateArray()];
        Assert.Equal(12, rows.Length);
        Assert.All(rows.Take(2), r => Assert.Equal("found", r.GetProperty("poisoning status").GetString()));
        Assert.InRange(rows.Count(r => r.GetProperty("poisoning status").GetString() == "found"), 2, 4);
        Assert.All(rows, r => Assert.Equal("not for diagnosis", r.GetProperty("note").GetString()));
        await newcomer.Context.DisposeAsync();
        await provider.Context.DisposeAsync();
    }

    [Fact]
    public async Task The_audit_log_is_anchored_on_the_chain_and_a_rewritten_line_is_seen()
    {
        IPage page = await stack.OpenAsync();
        await page.GotoAsync(Urls.Audit);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "started training" }).Last)
            .ToContainTextAsync("run 1: wdbc, 1 round, quorum 3, rehearsal with 1 attacker");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "stopped training" }))
            .ToContainTextAsync("run 2 in round");
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "approved a plan" })
            .Filter(new() { HasText = "run 1" })).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Anchor now" }).ClickAsync();
        await Assertions.Expect(page.GetByText("are as the chain anchored them")).ToBeVisibleAsync();
        await StackFixture.KeepAsync(page, "stack-audit");

        await RewriteAsync(stack.Stack.RecordsFile);
        await page.ReloadAsync();
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByText("Tampered with")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The log was rewritten");
        await page.GetByRole(AriaRole.Button, new() { Name = "Anchor now" }).ClickAsync();
        await Assertions.Expect(page.GetByText("it is not anchored again")).ToBeVisibleAsync();
        await StackFixture.KeepAsync(page, "stack-audit-tampered");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_edge_server_that_is_gone_is_shown_and_the_others_go_on()
    {
        Assert.True(browser.Browser.IsConnected);
        await stack.Stack.KillEdgeAsync(2);
        IPage page = await stack.OpenAsync();
        await page.GotoAsync(Urls.Hospitals);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "hospital-2" }))
            .ToContainTextAsync("No answer", new() { Timeout = 20_000 });
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "hospital-1" }))
            .ToContainTextAsync("Waiting");
        await page.Context.DisposeAsync();
    }

    /// <summary>One changed byte anywhere, and the page says which step fails.</summary>
    private static async Task ForgeAsync(IPage page, string proof)
    {
        byte[] forged = await File.ReadAllBytesAsync(proof);
        forged[^40] ^= 1;
        await page.GetByLabel("A proof file").SetInputFilesAsync(
            new FilePayload { Name = "forged.proof", MimeType = "application/octet-stream", Buffer = forged });
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The proof holds" }))
            .ToBeHiddenAsync();
        await Assertions.Expect(page.GetByText(new System.Text.RegularExpressions.Regex(
            "does not hold|This is no proof")).First).ToBeVisibleAsync();
    }

    /// <summary>The card, its ONNX file and its proof.</summary>
    private static async Task SeeModelAsync(IPage page)
    {
        await page.GotoAsync(Urls.RunResults(new RunId(1)));
        await BrowserFixture.LiveAsync(page);
        await page.Locator("a[href^='/models/']").First.ClickAsync();
        await Assertions.Expect(page.GetByText("Seed", new() { Exact = false }).First).ToBeVisibleAsync();
        Assert.True(new FileInfo(await DownloadAsync(page, "Download ONNX")).Length > 4000);
        await StackFixture.KeepAsync(page, "stack-model");
    }

    private static async Task<string> DownloadAsync(IPage page, string link)
    {
        IDownload file = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync());
        return await file.PathAsync();
    }

    /// <summary>Twelve records of the published set with its own columns, as the page's form names them; the labels of
    /// the first are turned.</summary>
    private static async Task<FilePayload> RecordsAsync(IPage page, int flipped)
    {
        string[] columns = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('.record-form input[name]')].map(i => i.name).filter(n => n != 'record')");
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(
            BrowserFixture.Repository, "src", "ChainHealth.Learning", "Embedded", "breast_cancer.csv"));
        string[] classes = lines[0].Split(',')[2..];
        var text = new StringBuilder(string.Join(',', columns)).Append(",label\n");
        foreach ((string line, int i) in lines.Skip(1).Take(12).Select((l, i) => (l, i)))
        {
            int comma = line.LastIndexOf(',');
            int label = int.Parse(line[(comma + 1)..], CultureInfo.InvariantCulture);
            text.Append(line[..comma]).Append(',').Append(classes[i < flipped ? 1 - label : label]).Append('\n');
        }

        return new FilePayload
        {
            Name = "cells.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text.ToString()),
        };
    }

    /// <summary>Changes one line and makes every hash fit again, as somebody with the database could.</summary>
    private static async Task RewriteAsync(string file)
    {
        await using var db = new RecordsDb(
            new DbContextOptionsBuilder<RecordsDb>().UseSqlite($"Data Source={file};Pooling=False").Options);
        await db.Database.ExecuteSqlRawAsync(
            "DROP TRIGGER audit_refuses_update; UPDATE Audit SET Actor = 'nobody' WHERE Act = 'TrainingStarted'");
        string before = AuditEntry.Start;
        foreach (AuditEntry entry in await db.Audit.OrderBy(e => e.Sequence).ToListAsync())
        {
            before = entry.Hash = entry.HashAfter(before);
        }

        await db.SaveChangesAsync();
    }
}
