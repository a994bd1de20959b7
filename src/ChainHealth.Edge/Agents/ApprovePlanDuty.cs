using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Approves a plan by the hospital's standing policy: its records and anchors
/// fit, and no attack is rehearsed unless the
/// hospital said that it rehearses.</summary>
internal sealed partial class ApprovePlanDuty(EdgeContext context) : IDuty
{
    public EdgeActivity Activity => EdgeActivity.Approving;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is ApprovalPhase phase && run.Plan.Hospitals.Contains(context.Self)
        && !phase.Approved.Contains(context.Self);

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        string? objection = context.Misfit(run.Plan) ?? context.Anchors.Fault(run.Plan)
            ?? (context.Rehearsals.Always && !run.Plan.Rehearsal
                ? "this edge server rehearses an attack; the plan is no rehearsal" : null);
        if (objection is not null)
        {
            LogRefused(context.Log, run.Id.Value, objection);
            context.Monitor.Failed($"run {run.Id} is not approved: {objection}");
            return;
        }

        string? lack = context.Anchors.Lack(run.Plan, context.Dataset);
        context.Monitor.Warn(lack);
        if (lack is not null)
        {
            LogLack(context.Log, run.Id.Value, lack);
        }

        await context.Chain.SubmitAsync(new ApprovePlanBody(run.Id, run.PlanHash), cancellation);
        LogApproved(context.Log, run.Id.Value, run.PlanHash.Short);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run} is not approved: {Objection}")]
    private static partial void LogRefused(ILogger log, uint run, string objection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run}: {Lack}")]
    private static partial void LogLack(ILogger log, uint run, string lack);

    [LoggerMessage(Level = LogLevel.Information, Message = "run {Run} approved, plan {Plan}")]
    private static partial void LogApproved(ILogger log, uint run, string plan);
}
