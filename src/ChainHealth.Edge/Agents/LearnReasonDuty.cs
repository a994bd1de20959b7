using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>A hospital that was refused asks the committee why. Only it can learn that: each member holds a share of
/// the code.</summary>
internal sealed partial class LearnReasonDuty(EdgeContext context) : IDuty
{
    private (RunId Run, int Round) _told;

    public EdgeActivity Activity => EdgeActivity.Waiting;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is AggregatePhase or PublishPhase && _told != (run.Id, run.Round)
        && run.Current!.Outcomes.Any(o => o.Hospital == context.Self && o.Verdict == Verdict.Poisoned);

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        RefusalReasons reasons = await context.Chain.GetReasonsAsync(
            run.Id, run.Round, run.Plan.Committee, cancellation)
            ?? throw new InvalidDataException("the committee's answers on the reason do not fit together yet");
        _told = (run.Id, run.Round);
        string words = ReasonParts.Text(reasons);
        context.Monitor.Failed($"run {run.Id} round {run.Round}: this update was refused: {words}");
        LogRefused(context.Log, run.Id.Value, run.Round, words);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run} round {Round}: this update was refused: {Reasons}")]
    private static partial void LogRefused(ILogger log, uint run, int round, string reasons);
}
