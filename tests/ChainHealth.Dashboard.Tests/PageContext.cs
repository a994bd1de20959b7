using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Components.Shared;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using MudBlazor.Services;

namespace ChainHealth.Dashboard.Tests;

/// <summary>Renders components over a scenario, without a server.</summary>
public sealed class PageContext : BunitContext
{
    /// <summary>Pages come at most twice a second, and a loaded machine takes its time: what is waited for is the
    /// condition.</summary>
    static PageContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(15);

    public PageContext(OpenChain? open = null)
    {
        Client = new FakeChainClient(Chain);
        Story = new TrainingStory(Chain);
        Feed = new ChainFeed(
            open ?? (_ => Task.FromResult<IChainClient>(Client)), TimeProvider.System, NullLogger<ChainFeed>.Instance);
        EdgeServers = EdgeStory.Of(Chain);
        Board = new EdgeBoard(_ => EdgeServers, Feed, TimeProvider.System);
        Audit = new AuditLog(Records, TimeProvider.System);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Feed);
        Services.AddSingleton(Board);
        Services.AddScoped<CircuitClock>();
        Services.AddMudServices();
        Services.AddSingleton(Records);
        Services.AddSingleton(Audit);
        this.AddAuthorization().SetAuthorized("paula").SetRoles(Roles.Provider);
    }

    public LedgerScenario Chain { get; } = new(new TestNetwork(sealable: true));

    public FakeChainClient Client { get; }

    public TrainingStory Story { get; }

    public ChainFeed Feed { get; }

    public FakeEdgeClient EdgeServers { get; }

    public EdgeBoard Board { get; }

    public MemoryRecords Records { get; } = new();

    public AuditLog Audit { get; }

    /// <summary>What the audit log says of this act, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditedAsync(AuditAct act) =>
        (await Audit.ReadAsync(AuditFilter.All with { Act = act }, 0, 100, CancellationToken.None)).Entries;

    /// <summary>Starts the feed and waits for its first word, or for its first failure.</summary>
    public async Task FollowAsync()
    {
        var heard = new TaskCompletionSource();
        using IDisposable listening = Feed.Listen(() => heard.TrySetResult());
        await Feed.StartAsync(CancellationToken.None);
        await heard.Task;
        Render<MudPopoverProvider>();
    }
}
