using ChainHealth.Cli;
using ChainHealth.Dashboard;
using Microsoft.Playwright;

namespace ChainHealth.Browser.Tests;

/// <summary>Hospitals and private questions on the same stack.</summary>
public partial class ProviderJourneyTests
{
    [Fact]
    public async Task A_private_question_is_answered_once_says_its_cost_and_leaves_no_answer_behind()
    {
        IPage page = await stack.OpenAsync();
        await page.GotoAsync(Urls.Predict);
        await BrowserFixture.LiveAsync(page);
        await page.GetByRole(AriaRole.Switch, new() { Name = "Private" }).CheckAsync();
        await page.GetByLabel("mean radius").FillAsync("24");
        await page.GetByLabel("worst radius").FillAsync("33");
        await page.GetByLabel("worst concave points").FillAsync("0.28");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict privately" }).ClickAsync();
        ILocator answer = page.GetByRole(AriaRole.Region, new() { Name = "Private answer" });
        await Assertions.Expect(answer.Locator(".verdict-number")).ToHaveTextAsync("malignant");
        await Assertions.Expect(answer).ToContainTextAsync("exchanges between the validators");
        await StackFixture.KeepAsync(page, "stack-private");

        await page.ReloadAsync();
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.GetByText("answer not kept").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".verdict-number")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_hospital_of_the_genesis_has_its_account_by_link_and_anchors_its_data_set()
    {
        IPage page = await stack.OpenAsync(loggedIn: false);
        await page.GotoAsync(stack.Stack.HospitalLink("hospital-1"));
        await AccountForms.FillAsync(page, "hilda", "First hospital");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();
        await page.WaitForURLAsync(stack.Stack.Address + Urls.LogIn);
        await BrowserFixture.LogInAsync(page, stack.Stack.Address, "hilda", DashboardUnderTest.Password);
        await Assertions.Expect(page).ToHaveURLAsync(stack.Stack.Address + Urls.Overview);
        await page.GotoAsync(Urls.Hospital);
        await BrowserFixture.LiveAsync(page);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("hospital-1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Anchor the data set now" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "stand in block" }))
            .ToBeVisibleAsync();
        Assert.Empty(await BrowserFixture.ViolationsAsync(page));
        await StackFixture.KeepAsync(page, "stack-hospital");
        await page.GetByRole(AriaRole.Region, new() { Name = "Table of anchors" })
            .Locator("a[href^='/chain/tx/']").First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("hospital-1 anchored");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_new_hospital_is_approved_and_its_edge_server_enrols_with_the_code()
    {
        IPage page = await stack.OpenAsync(loggedIn: false), provider = await stack.OpenAsync();
        await AccountForms.RegisterAsync(page, "nele", "Hospital");
        await provider.GotoAsync(Urls.Users);
        await BrowserFixture.LiveAsync(provider);
        await provider.GetByRole(AriaRole.Button, new() { Name = "Approve nele" }).ClickAsync();
        await Assertions.Expect(provider.GetByText("Nobody waits.")).ToBeVisibleAsync();
        await BrowserFixture.LogInAsync(page, stack.Stack.Address, "nele", DashboardUnderTest.Password);
        await BrowserFixture.LiveAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "not tied to a hospital" }).ClickAsync();
        await page.WaitForURLAsync(stack.Stack.Address + Urls.Hospital);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a code" }).ClickAsync();
        string code = await page.GetByTestId("code").TextContentAsync() ?? "";

        string folder = Directory.CreateTempSubdirectory("chainhealth-north-").FullName;
        try
        {
            File.Copy(stack.Stack.GenesisFile, Path.Combine(folder, "genesis.bin"));
            int exit = await ProgramCall.PassThroughAsync(ProgramFile.Edge,
                [
                    "enrol", "--network", folder, "--member", "hospital-north",
                    "--dashboard", stack.Stack.Address, "--code", code,
                ], CancellationToken.None);
            Assert.Equal(0, exit);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("hospital-north");
        await page.GetByRole(AriaRole.Link, new() { Name = "this vote" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("voted to admit hospital-north");
        await page.Context.DisposeAsync();
        await provider.Context.DisposeAsync();
    }
}
