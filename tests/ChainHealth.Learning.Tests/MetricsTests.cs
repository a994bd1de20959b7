namespace ChainHealth.Learning.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Figures_agree_with_those_computed_by_hand()
    {
        // Predictions 0, 1, 1, 0 for labels 0, 0, 1, 1; score of class 1 minus class 0: -2, 1, 3, -1.
        Metrics metrics = Metrics.Compute([2, 0, 0, 1, 0, 3, 1, 0], [0, 0, 1, 1], 2);

        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal([0.5, 0.5], metrics.Recall.ToArray());
        Assert.Equal([1, 1], metrics.Confusion[0].ToArray());
        Assert.Equal([1, 1], metrics.Confusion[1].ToArray());

        // Pairs (positive, negative): 3 > -2, 3 > 1, -1 > -2 are right, -1 > 1 is not.
        Assert.Equal(0.75, metrics.Auc);
        double expected = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.E) + Math.Log(1 + Math.Exp(-3))
            + Math.Log(1 + Math.E)) / 4;
        Assert.Equal(expected, metrics.MeanLoss, 1e-6);
    }

    [Fact]
    public void A_class_without_records_has_no_recall_and_does_not_count_in_the_area()
    {
        Metrics metrics = Metrics.Compute([3, 1, 0, 1, 3, 0], [0, 1], 3);

        Assert.True(double.IsNaN(metrics.Recall[2]));
        Assert.Equal(1, metrics.RecallMin);
        Assert.Equal(1, metrics.Auc);
    }

    [Fact]
    public void Ties_in_score_count_half_in_the_area()
    {
        Assert.Equal(0.5, RocArea.Binary([1, 1, 1, 1], [true, false, true, false]));
        Assert.Equal(0.875, RocArea.Binary([1, 2, 2, 3], [false, false, true, true]));
        Assert.True(double.IsNaN(RocArea.Binary([1, 2], [true, true])));
    }

    [Fact]
    public void Of_equal_scores_the_first_class_wins() => Assert.Equal(1, Metrics.ArgMax([0, 2, 2]));

    [Fact]
    public void Huge_scores_neither_overflow_nor_saturate_the_area()
    {
        Metrics metrics = Metrics.Compute([1000, 0, 900, 0, 0, 1000, 0, 900], [0, 0, 1, 1], 2);

        Assert.Equal(0, metrics.MeanLoss, 1e-9);
        Assert.Equal(1, metrics.Auc);
    }
}
