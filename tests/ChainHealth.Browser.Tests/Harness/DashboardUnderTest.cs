using System.Security.Claims;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Hosting;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ChainHealth.Browser.Tests;

/// <summary>The real dashboard on a real port, over a scenario in place of a network.</summary>
public sealed class DashboardUnderTest : IAsyncDisposable
{
    public const string Password = "violet harbour sings 42";

    /// <summary>Validators tell about themselves all the time.</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly Timer _statuses;

    private DashboardUnderTest(
        WebApplication app, string folder, string? link, LedgerScenario chain, FakeChainClient client,
        FakeEdgeClient edges)
    {
        Edges = edges;
        _app = app;
        _folder = folder;
        AdministratorLink = link;
        Chain = chain;
        Client = client;
        Story = new TrainingStory(chain);
        _statuses = new Timer(_ => client.Tell(() => { }), null, StatusInterval, StatusInterval);
    }

    public string? AdministratorLink { get; }

    public LedgerScenario Chain { get; }

    public FakeChainClient Client { get; }

    public FakeEdgeClient Edges { get; }

    public TrainingStory Story { get; }

    public ChainFeed Feed => _app.Services.GetRequiredService<ChainFeed>();

    public string Address => _app.Urls.First();

    public static async Task<DashboardUnderTest> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("chainhealth-dashboard-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "members", "dashboard"));
        var chain = new LedgerScenario();
        chain.Wait(DateTimeOffset.UtcNow.AddSeconds(-45) - chain.Now.ToDateTimeOffset());
        var client = new FakeChainClient(chain);
        FakeEdgeClient edges = EdgeStory.Of(chain);
        WebApplication app = DashboardApp.Build(
            new DashboardOptions(folder, "dashboard", "http://127.0.0.1:0", null),
            _ => Task.FromResult<IChainClient>(client), _ => edges);
        string? link = await DashboardApp.StartAsync(app, CancellationToken.None);
        return new DashboardUnderTest(app, folder, link, chain, client, edges);
    }

    /// <summary>An approved account, without the browser.</summary>
    public async Task AddAccountAsync(string name, string role)
    {
        await using AsyncServiceScope scope = _app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account
        {
            UserName = name,
            Email = $"{name}@clinic.example",
            Organisation = "Clinic by the Lake",
            PostalAddress = "1 Shore Road, Lakeside",
            State = AccountState.Approved,
            RegisteredAtUtc = DateTime.UtcNow,
            LockoutEnabled = true,
        };
        Assert.Empty((await users.CreateAsync(account, Password)).Errors);
        await users.AddToRoleAsync(account, role);
    }

    public async Task RegisterAsync(string name)
    {
        await using AsyncServiceScope scope = _app.Services.CreateAsyncScope();
        var newcomers = scope.ServiceProvider.GetRequiredService<Newcomers>();
        Assert.Empty((await newcomers.RegisterAsync(new Registration
        {
            UserName = name,
            Email = $"{name}@hospital.example",
            Organisation = "Hospital of the North",
            PostalAddress = "7 Hill Street, Northtown",
            WishedRole = Roles.Hospital,
            Password = Password,
            Repeated = Password,
        })).Errors);
    }

    /// <summary>Lines of the audit log about this act of this person.</summary>
    public async Task<int> CountAuditedAsync(AuditAct act, string actor) =>
        (await _app.Services.GetRequiredService<AuditLog>().ReadAsync(
            AuditFilter.All with { Act = act, Actor = actor }, 0, 1, CancellationToken.None)).Total;

    public async Task<string?> LockAsync(string byProvider, string name)
    {
        await using AsyncServiceScope scope = _app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        Account provider = (await users.FindByNameAsync(byProvider))!;
        Account account = (await users.FindByNameAsync(name))!;
        var actor = new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, provider.Id)], "test"));
        var directory = _app.Services.GetRequiredService<AccountDirectory>();
        return await directory.LockAsync(actor, account.Id, "left the clinic");
    }

    /// <summary>Two rounds held, the third under check.</summary>
    public void TellUsualStory() => Client.Tell(() =>
    {
        Story.Begin(4);
        Story.Round(1);
        Story.Round(2);
        Story.Train(3);
        Story.Attest(3);
    });

    public Height Tip => Chain.State.Height;

    public async ValueTask DisposeAsync()
    {
        await _statuses.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
