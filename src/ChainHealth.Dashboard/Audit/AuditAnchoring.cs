using System.Collections.Immutable;
using System.Security.Claims;
using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Hosting;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Audit;

/// <summary>Puts the head of the audit log on chain, each day and when somebody asks for it.</summary>
public sealed partial class AuditAnchoring(
    DashboardOptions options, ChainFeed feed, AuditLog log, AuditCheck check, TimeProvider time,
    ILogger<AuditAnchoring> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>Between looks at whether an anchor is due; a dashboard that is restarted each day anchors all the
    /// same.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>By this process: the block of an anchor may reach it a moment after the receipt.</summary>
    private DateTimeOffset? _anchored;

    /// <summary>What the chain holds of this log, oldest first; null while the chain is out of reach.</summary>
    public IReadOnlyList<AnchoredHead>? Anchors => feed.Now.Snapshot is not { } now ? null
        : [.. Own(now.State).Select(a => new AnchoredHead(a.Entries, a.Head.ToString()))];

    private bool IsDue => feed.Now.Snapshot is { } now && IsOld(_anchored)
        && IsOld(Own(now.State).LastOrDefault()?.Time.ToDateTimeOffset());

    /// <summary>Null when anchored, else why not.</summary>
    public async Task<string?> AnchorAsync(ClaimsPrincipal? person, string from, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (Anchors is not { } anchors)
            {
                return "The chain is out of reach; the log is anchored when it is back.";
            }

            AuditState state = await check.RunAsync(anchors, cancellation);
            if (!state.Intact)
            {
                return "The log does not match its anchors; it is not anchored again before somebody has looked.";
            }

            if (state.Lines == state.AnchoredLines)
            {
                return "Every line is anchored already.";
            }

            Digest.TryParse(state.Head, out Digest head);
            Receipt receipt = await feed.SubmitAsync(new AnchorAuditBody(head, state.Lines), cancellation);
            _anchored = time.GetUtcNow();
            await log.WriteAsync(
                person, AuditAct.AuditAnchored, $"{state.Lines} lines at height {receipt.Height}", from);
            return null;
        }
        catch (Exception e) when (e is TransactionRefusedException or TimeoutException or IOException
            or ClientApiException)
        {
            return $"The chain did not take it: {e.Message}";
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (IsDue && await AnchorAsync(null, "", stoppingToken) is { } fault)
                {
                    LogNotAnchored(logger, fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
        }
    }

    private bool IsOld(DateTimeOffset? anchor) => !(time.GetUtcNow() - anchor < Interval);

    private IEnumerable<AuditAnchor> Own(LedgerState state) =>
        state.Members.Values.FirstOrDefault(m => m.Name == options.Member) is { } self
        && state.Anchors.TryGetValue(self.Id, out ImmutableArray<Anchor> own) ? own.OfType<AuditAnchor>() : [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "the audit log was not anchored: {Fault}")]
    private static partial void LogNotAnchored(ILogger log, string fault);
}
