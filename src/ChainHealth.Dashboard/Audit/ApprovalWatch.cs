using System.Threading.Channels;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Audit;

/// <summary>Writes into the audit log which hospital approved which plan. Edge servers approve by themselves, so the
/// word comes from the chain; each approval is written once, however often the dashboard is started.</summary>
public sealed partial class ApprovalWatch(ChainFeed feed, AuditLog log, ILogger<ApprovalWatch> logger)
    : BackgroundService
{
    /// <summary>Where the line says that it comes from.</summary>
    public const string From = "the chain";

    /// <summary>Newest runs that are looked at; more are never open at once.</summary>
    private const int RunsMax = 32;

    private readonly Channel<bool> _moved = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly HashSet<string> _written = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using IDisposable listening = feed.Listen(() => _moved.Writer.TryWrite(true));
        _moved.Writer.TryWrite(true);
        try
        {
            await RememberAsync(stoppingToken);
            await foreach (bool _ in _moved.Reader.ReadAllAsync(stoppingToken))
            {
                await WriteNewAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
        }
    }

    private async Task RememberAsync(CancellationToken cancellation)
    {
        (IReadOnlyList<AuditEntry> lines, _) = await log.ReadAsync(
            AuditFilter.All with { Act = AuditAct.PlanApproved }, 0, AuditLog.ExportMax, cancellation);
        _written.UnionWith(lines.Select(l => l.Subject));
    }

    private async Task WriteNewAsync()
    {
        foreach (RunState run in feed.Now.Snapshot?.State.Runs.Values.Reverse().Take(RunsMax).Reverse() ?? [])
        {
            foreach (MemberId hospital in run.Phase is ApprovalPhase open ? open.Approved : run.Participants)
            {
                // The index follows the state; what it lacks now comes with the next notice.
                if (feed.Index.Find<ApprovePlanBody>(run.Id, 0, hospital) is { } act)
                {
                    await WriteAsync(hospital, $"run {run.Id} at height {act.Height}, transaction {act.Transaction}");
                }
            }
        }
    }

    private async Task WriteAsync(MemberId hospital, string subject)
    {
        if (_written.Contains(subject))
        {
            return;
        }

        try
        {
            await log.WriteAsync(
                feed.Now.NameOf(hospital), Identity.Roles.Hospital, AuditAct.PlanApproved, subject, From);
            _written.Add(subject);
        }
        catch (DbUpdateException e)
        {
            // The next notice of the chain brings it up again.
            LogNotWritten(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the approval of a plan was not written into the audit log")]
    private static partial void LogNotWritten(ILogger log, Exception e);
}
