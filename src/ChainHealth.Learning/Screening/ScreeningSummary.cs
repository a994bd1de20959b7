using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>Figures of one data set, mean over models and draws of several seeds.</summary>
/// <param name="Held">Records measured on, for each seed.</param>
/// <param name="AucMin">Least over the shares of changed labels.</param>
/// <param name="AucMax">Most over the shares.</param>
/// <param name="Detected">Mean over the shares.</param>
/// <param name="FalsePositives">Mean over the shares; label and trigger together.</param>
public sealed record ScreeningSummary(
    string Dataset, string Model, int Seeds, int Pool, int Held, double Accuracy, ImmutableArray<FlipFigures> Flips,
    ImmutableArray<TriggerFigures> Triggers, double AucMin, double AucMax, double Detected, double FalsePositives,
    double CalibrationErrorBefore, double CalibrationError, double Unsure, double SureAccuracy, double Coverage)
{
    public static ScreeningSummary Of(IReadOnlyList<ScreeningFigures> runs)
    {
        ScreeningFigures first = runs[0];
        ImmutableArray<FlipFigures> flips = [.. Enumerable.Range(0, first.Flips.Length).Select(i => new FlipFigures(
            first.Flips[i].Flipped, runs.Average(r => r.Flips[i].Auc), runs.Average(r => r.Flips[i].FalsePositives),
            runs.Average(r => r.Flips[i].Detected)))];
        ImmutableArray<TriggerFigures> triggers =
        [
            .. Enumerable.Range(0, first.Triggers.Length).Select(i => new TriggerFigures(
                first.Triggers[i].Look, runs.Average(r => r.Triggers[i].Auc),
                runs.Average(r => r.Triggers[i].Detected), runs.Average(r => r.Triggers[i].RightPlace))),
        ];
        return new ScreeningSummary(
            first.Dataset, first.Model, runs.Count, first.Pool, first.Test, runs.Average(r => r.Accuracy), flips,
            triggers, flips.Min(f => f.Auc), flips.Max(f => f.Auc), flips.Average(f => f.Detected),
            flips.Average(f => f.FalsePositives), runs.Average(r => r.CalibrationErrorBefore),
            runs.Average(r => r.CalibrationError), runs.Average(r => r.Unsure), runs.Average(r => r.SureAccuracy),
            runs.Average(r => r.Coverage));
    }
}
