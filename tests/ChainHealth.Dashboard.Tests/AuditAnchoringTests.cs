using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Hosting;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The log's way onto the chain, over the rules that validators use.</summary>
public class AuditAnchoringTests
{
    private static readonly DashboardOptions Options = new("network", "dashboard", "", null);

    [Fact]
    public async Task The_log_is_anchored_when_somebody_asks_and_the_chain_holds_its_head()
    {
        await using PageContext context = await FollowingAsync();
        using AuditAnchoring anchoring = AnchoringOf(context, TimeProvider.System);
        await context.Audit.WriteAsync("paula", "Provider", AuditAct.Approved, "uma as User", "::1");

        Assert.Null(await anchoring.AnchorAsync(null, "::1", CancellationToken.None));

        AuditAnchor held = Assert.Single(Held(context));
        AuditState state = await new AuditCheck(context.Records).RunAsync([], CancellationToken.None);
        Assert.Equal((1, 2), (held.Entries, state.Lines));
        Assert.Contains("1 lines at height", Assert.Single(await context.AuditedAsync(AuditAct.AuditAnchored)).Subject,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_is_out_of_reach_leaves_the_log_unanchored_and_says_so()
    {
        await using var context = new PageContext(_ => throw new IOException("no route"));
        using AuditAnchoring anchoring = AnchoringOf(context, TimeProvider.System);

        string? fault = await anchoring.AnchorAsync(null, "", CancellationToken.None);

        Assert.Contains("out of reach", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_after_the_last_anchor_the_log_is_anchored_by_itself_and_not_earlier()
    {
        await using PageContext context = await FollowingAsync();
        var time = new FakeTimeProvider(context.Chain.Now.ToDateTimeOffset());
        using AuditAnchoring anchoring = AnchoringOf(context, time);
        await context.Audit.WriteAsync("", "", AuditAct.LogInFailed, "password refused", "::1");
        await anchoring.StartAsync(CancellationToken.None);
        await UntilAsync(() => Held(context).Count() >= 1, () => time.Advance(AuditAnchoring.LookInterval));

        time.Advance(AuditAnchoring.Interval / 2);
        context.Client.Tell(() => context.Chain.Wait(AuditAnchoring.Interval));
        await UntilAsync(() => Held(context).Count() >= 2, () => time.Advance(AuditAnchoring.LookInterval));

        TimeSpan apart = time.GetUtcNow() - Held(context).First().Time.ToDateTimeOffset();
        Assert.True(apart >= AuditAnchoring.Interval, $"anchored again after {apart}");
        await anchoring.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Every_approval_of_a_plan_is_written_once_however_often_the_dashboard_starts()
    {
        await using PageContext context = await FollowingAsync(c => c.Story.Begin(2));
        Digest[] approvals =
        [
            .. context.Chain.Blocks.SelectMany(b => b.Block.Transactions)
                .Where(t => t.Transaction.Body is ApprovePlanBody).Select(t => t.Id),
        ];
        for (int start = 0; start < 2; start++)
        {
            using var watch = new ApprovalWatch(
                context.Feed, context.Audit, NullLogger<ApprovalWatch>.Instance);
            await watch.StartAsync(CancellationToken.None);
            await UntilAsync(() => context.AuditedAsync(AuditAct.PlanApproved).Result.Count >= approvals.Length,
                () => context.Client.Tell(() => context.Chain.Commit()));
            await watch.StopAsync(CancellationToken.None);
        }

        IReadOnlyList<AuditEntry> lines = await context.AuditedAsync(AuditAct.PlanApproved);
        Assert.Equal(approvals.Length, lines.Count);
        Assert.All(approvals, id => Assert.Contains(lines, l => l.Subject.EndsWith(
            id.ToString(), StringComparison.Ordinal)));
        Assert.All(lines, l => Assert.Equal((ApprovalWatch.From, true), (l.From, l.Actor.StartsWith(
            "hospital-", StringComparison.Ordinal))));
    }

    private static AuditAnchoring AnchoringOf(PageContext context, TimeProvider time) => new(
        Options, context.Feed, context.Audit, new AuditCheck(context.Records), time,
        NullLogger<AuditAnchoring>.Instance);

    private static IEnumerable<AuditAnchor> Held(PageContext context) =>
        context.Chain.State.Anchors.TryGetValue(context.Chain.Network.Dashboard, out var own)
            ? own.OfType<AuditAnchor>() : [];

    private static async Task<PageContext> FollowingAsync(Action<PageContext>? tell = null)
    {
        var context = new PageContext();
        tell?.Invoke(context);
        await context.FollowAsync();
        return context;
    }

    private static async Task UntilAsync(Func<bool> condition, Action push)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            push();
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }
}
