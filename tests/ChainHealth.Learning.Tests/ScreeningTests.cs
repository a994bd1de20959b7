using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

public sealed class ScreeningTests
{
    private static readonly TensorShape Square = new(1, 28, 28);

    [Fact]
    public void Wrong_labels_of_cell_measures_are_found_and_right_ones_are_left_alone()
    {
        ScreeningSummary figures = ScreeningSummary.Of(
            [.. Enumerable.Range(1, 3).Select(seed => ScreeningTrial.Run(
                DatasetLoader.Load("wdbc"), 5, (ulong)seed, CancellationToken.None))]);

        Assert.All(figures.Flips, f => Assert.True(f.Auc >= 0.95, f.ToString()));
        Assert.InRange(figures.FalsePositives, 0, 0.05);
        Assert.InRange(figures.Detected, 0.8, 1);
        Assert.InRange(figures.Coverage, 0.9, 1);
        Assert.True(figures.SureAccuracy >= figures.Accuracy - 0.01, figures.ToString());
    }

    [DatasetFact("bccd")]
    public void Wrong_labels_and_pasted_squares_of_blood_cells_are_found()
    {
        ScreeningFigures figures = ScreeningTrial.Run(DatasetLoader.Load("bccd"), 2, 1, CancellationToken.None);

        Assert.All(figures.Flips, f => Assert.True(f.Auc >= 0.95, f.ToString()));
        Assert.InRange(figures.FalsePositives, 0, 0.05);
        Assert.All(figures.Triggers, t => Assert.True(t is { Detected: > 0.9, RightPlace: > 0.9 }, t.ToString()));
    }

    [Theory]
    [InlineData(TriggerLook.White)]
    [InlineData(TriggerLook.Black)]
    [InlineData(TriggerLook.Checkered)]
    public void A_pasted_square_is_found_where_it_is(TriggerLook look)
    {
        var random = new SeededRandom(3);
        float[] soft = [.. Enumerable.Range(0, Square.Elements).Select(i =>
            (float)(0.4 * Math.Sin(i % 28 / 5.0) * Math.Cos(i / 28 / 6.0)))];
        var place = new PatchPlace(20, 5, 4);

        PatchScan before = PatchScan.Of(soft, Square);
        PatchScan after = PatchScan.Of(Triggers.Paste(soft, Square, place, look, random), Square);

        Assert.True(after.Edge + after.Flicker > 2 * (before.Edge + before.Flicker), $"{before} {after}");
        Assert.InRange(after.Striking.Row, 18, 24);
        Assert.InRange(after.Striking.Column, 3, 9);
    }

    [Fact]
    public void A_temperature_takes_back_scores_that_are_too_sure()
    {
        var random = new SeededRandom(8);
        int[] labels = new int[4000];
        float[] scores = new float[8000];
        for (int i = 0; i < labels.Length; i++)
        {
            double logit = random.NextNormal() * 2;
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? 1 : 0;
            scores[(2 * i) + 1] = (float)(3 * logit);
        }

        Temperature fitted = Temperature.Fit(scores, labels, 2);

        Assert.InRange(fitted.Value, 2.6, 3.4);
        Assert.Equal(1, fitted.Probabilities([1, 2, 3]).Sum(), 9);
    }

    [Fact]
    public void The_band_keeps_the_truth_in_the_promised_share()
    {
        var random = new SeededRandom(9);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => Math.Pow(random.NextDouble(), 0.2))];

        UnsureBand band = UnsureBand.Fit(Draw(500));

        double kept = Draw(5000).Count(p => band.Possible([p, 1 - p]).Contains(0)) / 5000.0;
        Assert.InRange(kept, 0.92, 0.98);
        Assert.Equal(2, UnsureBand.Fit([0.9, 0.8]).Possible([1, 0]).Length);
    }

    [Fact]
    public void Platt_gives_probabilities_that_come_true_and_survives_perfect_separation()
    {
        var random = new SeededRandom(4);
        double[] scores = [.. Enumerable.Range(0, 4000).Select(_ => random.NextNormal() * 3)];
        bool[] positive = [.. scores.Select(s => random.NextDouble() < 1 / (1 + Math.Exp(-s)))];

        PlattScale scale = PlattScale.Fit(scores, positive);

        Assert.InRange(scale.Probability(1), 0.68, 0.78);
        PlattScale parted = PlattScale.Fit([-5, -4, 4, 5], [false, false, true, true]);
        Assert.True(parted.Probability(5) is > 0.6 and < 1, parted.ToString());
    }

    [Fact]
    public void A_pool_that_is_too_small_is_refused()
    {
        var architecture = Architectures.TryCreate("mlp", new TensorShape(1, 1, 3), 2, out _)!;
        var pool = new Records(new TensorShape(1, 1, 3), 2, new float[30], new int[10]);

        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => RecordScreen.Train(architecture, ParameterVector.Initial(architecture, 1), pool, 1));
        Assert.Contains("at least 40", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_only_the_diagnosis_and_triggers_are_judged()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");
        var architecture = Architectures.TryCreate("mlp", wdbc.Schema.Shape, 2, out _)!;
        float[] global = ScreeningTrial.TrainGlobal(architecture, wdbc, 1, 1);
        var screen = RecordScreen.Train(architecture, global, wdbc.Validation, 1);

        RecordFinding finding = screen.Judge(screen.Look(wdbc.Test.Take([0])), null)[0];

        Assert.True(double.IsNaN(finding.LabelProbability) && !finding.LabelFound && !finding.TriggerFound);
        Assert.Equal(1, finding.Diagnosis.Sum(), 6);
        Assert.Empty(screen.Judge(screen.Look(wdbc.Test.Take([])), []));
    }
}
