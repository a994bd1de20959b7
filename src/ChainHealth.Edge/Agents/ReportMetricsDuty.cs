using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>The contributor measures the published model on the public test split.</summary>
internal sealed partial class ReportMetricsDuty(EdgeContext context, RehearsalUpdates updates) : IDuty
{
    public EdgeActivity Activity => EdgeActivity.Measuring;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is PublishPhase && run.Plan.PoolContributor == context.Self && run.Current is { Metrics: null };

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        RunPlan plan = run.Plan;
        GlobalModel model = await context.Models.GetAsync(context.Chain, run, cancellation);
        float[] weights = ParameterVector.FromFixedPoint(plan.Architecture, model.Weights.AsSpan(), plan.Format);
        Records test = context.Dataset.Test;
        float[] scores = ModelEvaluator.Scores(plan.Architecture, weights, test);
        Metrics measured = Metrics.Compute(scores, test.Labels, test.Classes);
        var metrics = new PublicMetrics(
            PerMille(measured.Accuracy), [.. measured.Recall.Select(PerMille)], PerMille(measured.Auc));
        context.Results.Add(run.Id, ResultShelf.Measure(run.Round, TestSubject.GlobalModel, scores, test));
        if (plan.Rehearsal)
        {
            await MeasureUnprotectedAsync(run, cancellation);
        }

        // Last: it may end the run, and whoever sees that end finds the figures at the door.
        await context.Chain.SubmitAsync(
            new ReportMetricsBody(run.Id, run.Round, run.Model, metrics), cancellation);
        LogMeasured(context.Log, run.Id.Value, run.Round, measured.Accuracy, measured.Auc);
    }

    private async Task MeasureUnprotectedAsync(RunState run, CancellationToken cancellation)
    {
        RoundRecord record = run.Current!;
        GlobalModel before = await context.Models.GetAsync(
            context.Chain, run.Plan, record.ModelBefore, cancellation);
        if (updates.Unprotected(run, record, before) is { } weights)
        {
            Records test = context.Dataset.Test;
            float[] scores = ModelEvaluator.Scores(run.Plan.Architecture, weights, test);
            context.Results.Add(run.Id, ResultShelf.Measure(run.Round, TestSubject.Unprotected, scores, test));
        }
    }

    private static int PerMille(double share) => double.IsNaN(share) ? 0 : (int)Math.Round(share * 1000);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run} round {Round}: accuracy {Accuracy:F3}, AUC {Auc:F3} on the test split")]
    private static partial void LogMeasured(ILogger log, uint run, int round, double accuracy, double auc);
}
