using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

/// <summary>The sets that are not in the repository: each is read, and what is trained on it learns.</summary>
public sealed class RealSetTests
{
    [DatasetFact("pneumoniamnist")]
    public void Pneumoniamnist_has_its_published_counts() =>
        AssertCounts("pneumoniamnist", new TensorShape(1, 28, 28), [1214, 3494], [135, 389], [234, 390]);

    [DatasetFact("breastmnist")]
    public void Breastmnist_has_its_published_counts() =>
        AssertCounts("breastmnist", new TensorShape(1, 28, 28), [147, 399], [21, 57], [42, 114]);

    [DatasetFact("retinamnist")]
    public void Retinamnist_has_its_published_counts() => AssertCounts("retinamnist", new TensorShape(3, 28, 28),
        [486, 128, 206, 194, 66], [54, 12, 28, 20, 6], [174, 46, 92, 68, 20]);

    [DatasetFact("mednist")]
    public void Mednist_has_its_counts() => AssertCounts("mednist", new TensorShape(1, 28, 28),
        [.. Enumerable.Repeat(2000, 6)], [.. Enumerable.Repeat(200, 6)], [.. Enumerable.Repeat(400, 6)]);

    [DatasetFact("bccd")]
    public void Bccd_has_its_counts() =>
        AssertCounts("bccd", new TensorShape(3, 28, 28), [2381, 214, 209], [967, 87, 83], [805, 71, 69]);

    [DatasetFact("heart-failure")]
    public void Heart_failure_leaves_the_follow_up_time_out()
    {
        Dataset dataset = DatasetLoader.Load("heart-failure");

        Assert.Equal(new TensorShape(1, 1, 11), dataset.Schema.Shape);
        Assert.DoesNotContain("time", dataset.Schema.FeatureNames);
        Assert.Equal([203, 96], AllCounts(dataset));
        Assert.True(dataset.Verified);
    }

    [DatasetFact("pima")]
    public void Pima_is_read_from_arff()
    {
        Dataset dataset = DatasetLoader.Load("pima");

        Assert.Equal(8, dataset.Schema.FeatureNames.Length);
        Assert.Equal([500, 268], AllCounts(dataset));
        Assert.True(dataset.Verified);
    }

    [DatasetFact("pneumoniamnist")]
    public void One_round_of_a_fifth_of_pneumoniamnist_learns_and_a_flipper_learns_the_opposite()
    {
        Dataset dataset = DatasetLoader.Load("pneumoniamnist");
        var strided = Architectures.TryCreate("strided", dataset.Schema.Shape, 2, out _)!;
        int[] places = HospitalSplit.Iid(dataset.Train.Labels, 2, 5, 1)[0];
        Records hospital = dataset.Train.Take(places);
        Records pool = ValidationPool.Select(dataset, 128, 1);
        float[] start = ParameterVector.Initial(strided, 1);
        TrainingOptions options = TrainingDefaults.For(dataset).Options;

        double honest = AccuracyAfter(hospital);
        double flipped = AccuracyAfter(hospital.WithLabels(new LabelFlip().PoisonLabels(hospital.Labels, 2)));

        Assert.True(honest > 0.85, $"honest {honest}");
        Assert.True(flipped < 0.2, $"flipped {flipped}");

        double AccuracyAfter(Records records)
        {
            float[] update = LocalTrainer.Train(strided, start, records, options, 1).Update;
            return ModelEvaluator.Evaluate(strided, [.. start.Zip(update, (s, u) => s + u)], pool).Accuracy;
        }
    }

    private static void AssertCounts(string name, TensorShape shape, int[] train, int[] validation, int[] test)
    {
        Dataset dataset = DatasetLoader.Load(name);

        Assert.Equal(shape, dataset.Schema.Shape);
        Assert.Equal(train, dataset.Train.CountPerClass());
        Assert.Equal(validation, dataset.Validation.CountPerClass());
        Assert.Equal(test, dataset.Test.CountPerClass());
        Assert.True(dataset.Verified);
        Assert.All(dataset.Test[0].ToArray(), v => Assert.InRange(v, -1f, 1f));
    }

    private static int[] AllCounts(Dataset dataset) => [.. dataset.Train.CountPerClass().Zip(
        dataset.Validation.CountPerClass().Zip(dataset.Test.CountPerClass()), (a, b) => a + b.First + b.Second)];
}
