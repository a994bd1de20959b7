using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

/// <summary>Anchors, balanced steps, the provider's records, intervals.</summary>
public sealed class SharedTrainingTests
{
    private readonly Dataset wdbc = DatasetLoader.Load("wdbc");
    private readonly Architecture mlp = Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 2, out _)!;

    [Fact]
    public void Anchors_are_the_same_for_everybody_and_belong_to_no_hospital()
    {
        (Records anchors, Dataset remaining) = AnchorRecords.Split(wdbc, 8);

        Assert.Equal([8, 8], anchors.CountPerClass());
        Assert.Equal(wdbc.Train.Count - 16, remaining.Train.Count);
        Assert.Equal(anchors.Values, AnchorRecords.Split(wdbc, 8).Anchors.Values);
    }

    /// <summary>8 anchors of each class once, or so often that they are as many as the hospital's own.</summary>
    [Theory]
    [InlineData(0, 5, 8, 13)]
    [InlineData(8, 9, 16, 18)]
    [InlineData(12, 18, 24, 36)]
    [InlineData(100, 0, 200, 8)]
    public void Anchors_are_at_least_half_of_each_class(int own0, int own1, int all0, int all1)
    {
        (Records anchors, Dataset remaining) = AnchorRecords.Split(wdbc, 8);
        Records own = remaining.Train.Take([.. Places(remaining, own0, own1)]);

        Records joined = AnchorRecords.Join(own, anchors);

        Assert.Equal([all0, all1], joined.CountPerClass());
        Assert.Equal(own.Values, joined.Values[..own.Values.Length]);
    }

    [Fact]
    public void A_smaller_number_of_anchors_is_a_part_of_a_larger_one()
    {
        string[] Keys(int perClass) => [.. Enumerable.Range(0, 2 * perClass)
            .Select(i => string.Join(' ', AnchorRecords.Split(wdbc, perClass).Anchors[i].ToArray()))];

        Assert.Subset(Keys(8).ToHashSet(), Keys(3).ToHashSet());
    }

    [Fact]
    public void A_hospital_of_one_class_knows_all_classes_with_anchors_and_balanced_steps()
    {
        (Records anchors, Dataset remaining) = AnchorRecords.Split(wdbc, 8);
        Records one = remaining.Train.Take([.. Places(remaining, 0, 60)]);
        float[] start = ParameterVector.Initial(mlp, 1);
        var options = new TrainingOptions { BatchSize = 16, LearningRate = 5e-3, BalancedSteps = 20 };

        double with = Recall(LocalTrainer.Train(mlp, start, AnchorRecords.Join(one, anchors), options, 3).Update);
        double without = Recall(LocalTrainer.Train(
            mlp, start, one, options with { BalancedSteps = 0, RestrictedSoftmax = false }, 3).Update);

        Assert.InRange(with, 0.8, 1);
        Assert.InRange(without, 0, 0.1);

        double Recall(float[] update) => ModelEvaluator.Evaluate(
            mlp, [.. start.Zip(update, (s, u) => s + u)], wdbc.Test).RecallMin;
    }

    [Fact]
    public void Balanced_steps_make_large_and_small_hospitals_do_the_same_work()
    {
        float[] start = ParameterVector.Initial(mlp, 1);
        var options = new TrainingOptions { BatchSize = 16, LearningRate = 5e-3, BalancedSteps = 20 };

        double small = LocalTrainer.Train(mlp, start, wdbc.Train.Take([.. Places(wdbc, 6, 6)]), options, 3).Norm;
        double large = LocalTrainer.Train(mlp, start, wdbc.Train, options, 3).Norm;

        Assert.InRange(large / small, 0.75, 1.35);
    }

    [Fact]
    public void The_providers_two_parts_share_no_record()
    {
        ProviderPool pool = ProviderPool.Of(wdbc, 5, judged: 40);
        string[] judged = Keys(pool.Judged), reference = Keys(pool.Reference);

        Assert.Equal([20, 20], pool.Judged.CountPerClass());
        Assert.Equal(wdbc.Validation.Count, judged.Length + reference.Length);
        Assert.Empty(judged.Intersect(reference));

        static string[] Keys(Records records) =>
            [.. Enumerable.Range(0, records.Count).Select(i => string.Join(' ', records[i].ToArray()))];
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(95, 100, 0.8882, 0.9785)]
    [InlineData(10, 10, 0.7225, 1)]
    public void Wilson_intervals_are_those_of_the_tables(int hits, int of, double low, double high)
    {
        Interval interval = Intervals.Wilson(hits, of);

        Assert.Equal(low, interval.Low, 1e-3);
        Assert.Equal(high, interval.High, 1e-3);
    }

    [Fact]
    public void A_bootstrap_interval_holds_the_mean_and_is_repeatable()
    {
        double[] values = [.. Enumerable.Range(0, 30).Select(i => i / 30.0)];
        Interval interval = Intervals.Bootstrap(values);

        Assert.InRange(values.Average(), interval.Low, interval.High);
        Assert.InRange(interval.High - interval.Low, 0.1, 0.3);
        Assert.Equal(interval, Intervals.Bootstrap(values));
    }

    private static IEnumerable<int> Places(Dataset dataset, int first, int second) =>
        Enumerable.Range(0, dataset.Train.Count).Where(i => dataset.Train.Labels[i] == 0).Take(first).Concat(
            Enumerable.Range(0, dataset.Train.Count).Where(i => dataset.Train.Labels[i] == 1).Take(second));
}
