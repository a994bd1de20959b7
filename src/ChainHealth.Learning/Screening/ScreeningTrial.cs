using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>How well wrong labels are found at one share of them.</summary>
/// <param name="Flipped">Share of the test labels that were changed, 0..1.</param>
/// <param name="Auc">Area under the ROC curve of the probability, mean over the draws.</param>
/// <param name="FalsePositives">Share of records with their own label that are found, either way.</param>
/// <param name="Detected">Share of records with a changed label that are found.</param>
public sealed record FlipFigures(double Flipped, double Auc, double FalsePositives, double Detected);

/// <summary>How well one look of trigger is found.</summary>
public sealed record TriggerFigures(string Look, double Auc, double Detected, double RightPlace);

/// <summary>Measured on records that neither the model nor the screen has seen.</summary>
/// <param name="CalibrationError">Expected calibration error of the diagnosis, ten bins, 0..1.</param>
/// <param name="CalibrationErrorBefore">The same without the temperature.</param>
/// <param name="Unsure">Share of clean records with none or several possible classes.</param>
/// <param name="SureAccuracy">Accuracy among the others.</param>
/// <param name="Coverage">Share of clean records whose truth is among the possible classes.</param>
public sealed record ScreeningFigures(
    string Dataset, string Model, int Pool, int Test, double Accuracy, ImmutableArray<FlipFigures> Flips,
    ImmutableArray<TriggerFigures> Triggers, double FalsePositives, double CalibrationErrorBefore,
    double CalibrationError, double Unsure, double SureAccuracy, double Coverage);

/// <summary>Measures a screen: a model trained as a federation trains it, the screen made from the pool, the figures
/// taken on records held back.</summary>
public static class ScreeningTrial
{
    public static ImmutableArray<double> Shares { get; } = [0.05, 0.1, 0.2, 0.3, 0.4];

    private const int Draws = 5;
    private const int Hospitals = 5;
    private const int Bins = 10;

    /// <summary>Trains model and screen from scratch and measures them.</summary>
    public static ScreeningFigures Run(Dataset dataset, int rounds, ulong seed, CancellationToken cancellation)
    {
        Architecture architecture = Architectures.TryCreate(
            TrainingDefaults.For(dataset).Model, dataset.Schema.Shape, dataset.Schema.Classes, out string? fault)
            ?? throw new DatasetException(fault!);
        float[] global = TrainGlobal(architecture, dataset, rounds, seed, cancellation);
        ScreeningPool records = ScreeningPool.Of(dataset, seed);
        var screen = RecordScreen.Train(architecture, global, records.Pool, seed);
        return Measure(dataset, architecture, global, screen, records.Pool.Count, records.Held, seed);
    }

    /// <summary>Federated averaging without chain or sharing: what those add does not change the sum.</summary>
    /// <returns>The global parameters after the rounds.</returns>
    public static float[] TrainGlobal(
        Architecture architecture, Dataset dataset, int rounds, ulong seed, CancellationToken cancellation = default)
    {
        TrainingOptions options = TrainingDefaults.For(dataset).Options;
        int[][] parts = HospitalSplit.Iid(dataset.Train.Labels, dataset.Schema.Classes, Hospitals, seed);
        float[] global = ParameterVector.Initial(architecture, seed);
        for (int round = 0; round < rounds; round++)
        {
            var sum = new double[global.Length];
            for (int h = 0; h < Hospitals; h++)
            {
                ulong own = unchecked((seed * 1009) + (ulong)((round * Hospitals) + h));
                float[] update = LocalTrainer.Train(
                    architecture, global, dataset.Train.Take(parts[h]), options, own, cancellation: cancellation)
                    .Update;
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += update[i];
                }
            }

            for (int i = 0; i < sum.Length; i++)
            {
                global[i] += (float)(sum[i] / Hospitals);
            }
        }

        return global;
    }

    /// <param name="held">Records that neither the model nor the screen has seen.</param>
    public static ScreeningFigures Measure(
        Dataset dataset, Architecture architecture, ReadOnlySpan<float> parameters, RecordScreen screen, int pool,
        Records held, ulong seed)
    {
        RecordLook look = screen.Look(held);
        RecordFinding[] clean = screen.Judge(look, held.Labels);
        float[] scores = ModelEvaluator.Scores(architecture, parameters, held);
        RecordFinding[] sure = [.. clean.Where(f => !f.Unsure)];
        int sureRight = clean.Where((f, i) => !f.Unsure && f.Possible[0] == held.Labels[i]).Count();
        return new ScreeningFigures(
            dataset.Name, architecture.Name, pool, held.Count,
            Metrics.Compute(scores, held.Labels, held.Classes).Accuracy,
            [.. Shares.Select(share => Flip(screen, look, held, share, seed))],
            dataset.Schema.IsTable ? [] : [.. Enum.GetValues<TriggerLook>().Select(
                kind => Trigger(screen, held, clean, kind, seed))],
            Share(clean, f => f.LabelFound || f.TriggerFound),
            CalibrationError(scores, held.Labels, held.Classes, new Temperature(1)),
            CalibrationError(scores, held.Labels, held.Classes, screen.Temperature),
            Share(clean, f => f.Unsure), sure.Length == 0 ? double.NaN : (double)sureRight / sure.Length,
            clean.Where((f, i) => f.Possible.Contains(held.Labels[i])).Count() / (double)held.Count);
    }

    private static FlipFigures Flip(RecordScreen screen, RecordLook look, Records held, double share, ulong seed)
    {
        var random = SeededRandom.For(seed, $"flips {share}");
        double auc = 0;
        int falsely = 0, innocents = 0, detected = 0, guilty = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            int[] order = [.. Enumerable.Range(0, held.Count)];
            random.Shuffle(order);
            int[] labels = [.. held.Labels];
            var flipped = new bool[held.Count];
            foreach (int i in order.Take((int)Math.Round(share * held.Count)))
            {
                labels[i] = (labels[i] + 1 + random.NextBelow(held.Classes - 1)) % held.Classes;
                flipped[i] = true;
            }

            RecordFinding[] found = screen.Judge(look, labels);
            auc += RocArea.Binary([.. found.Select(f => f.LabelProbability)], flipped) / Draws;
            innocents += flipped.Count(f => !f);
            guilty += flipped.Count(f => f);
            falsely += found.Where((f, i) => !flipped[i] && (f.LabelFound || f.TriggerFound)).Count();
            detected += found.Where((f, i) => flipped[i] && f.LabelFound).Count();
        }

        return new FlipFigures(share, auc, (double)falsely / innocents, (double)detected / guilty);
    }

    private static TriggerFigures Trigger(
        RecordScreen screen, Records held, RecordFinding[] clean, TriggerLook look, ulong seed)
    {
        var random = SeededRandom.For(seed, $"triggers {look}");
        PatchPlace[] places = [.. Enumerable.Range(0, held.Count).Select(_ => Triggers.Draw(random, held.Shape))];
        float[] values = [.. places.SelectMany((p, i) => Triggers.Paste(held[i], held.Shape, p, look, random))];
        RecordFinding[] found = screen.Judge(
            screen.Look(new Records(held.Shape, held.Classes, values, held.Labels)), null);
        double auc = RocArea.Binary(
            [.. clean.Concat(found).Select(f => f.TriggerProbability)],
            [.. clean.Select(_ => false).Concat(found.Select(_ => true))]);
        int hits = found.Count(f => f.TriggerFound);
        int right = found.Where((f, i) => f.TriggerFound && Near(f.Place, places[i])).Count();
        return new TriggerFigures(look.ToString(), auc, Share(found, f => f.TriggerFound),
            hits == 0 ? double.NaN : (double)right / hits);
    }

    private static bool Near(PatchPlace? found, PatchPlace real) => found is { } place
        && place.Row < real.Row + real.Side && real.Row < place.Row + place.Side
        && place.Column < real.Column + real.Side && real.Column < place.Column + place.Side;

    private static double Share(RecordFinding[] findings, Func<RecordFinding, bool> holds) =>
        (double)findings.Count(holds) / findings.Length;

    private static double CalibrationError(
        float[] scores, int[] labels, int classes, Temperature temperature)
    {
        var confidence = new double[Bins];
        var right = new double[Bins];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = scores.AsSpan(i * classes, classes);
            int best = Metrics.ArgMax(row);
            double p = temperature.Probabilities(row)[best];
            int bin = Math.Min((int)(p * Bins), Bins - 1);
            confidence[bin] += p;
            right[bin] += best == labels[i] ? 1 : 0;
        }

        return Enumerable.Range(0, Bins).Sum(b => Math.Abs(confidence[b] - right[b])) / labels.Length;
    }
}
