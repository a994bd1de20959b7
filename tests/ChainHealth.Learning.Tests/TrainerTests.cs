using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 5, BatchSize = 16, LearningRate = 5e-3 };
    private readonly Dataset wdbc = DatasetLoader.Load("wdbc");
    private readonly Architecture mlp = Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 2, out _)!;

    [Fact]
    public void The_same_seed_gives_the_same_update_and_another_seed_another()
    {
        float[] start = ParameterVector.Initial(mlp, 1);

        float[] first = LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7).Update;

        Assert.Equal(first, LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7).Update);
        Assert.NotEqual(first, LocalTrainer.Train(mlp, start, wdbc.Train, Options, 8).Update);
    }

    [Fact]
    public void Training_learns_and_its_update_is_local_minus_global()
    {
        float[] start = ParameterVector.Initial(mlp, 1);
        var losses = new List<double>();

        var shares = new List<double>();

        LocalUpdate update = LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7, (share, loss) =>
        {
            shares.Add(share);
            losses.Add(loss);
        });
        float[] local = [.. start.Zip(update.Update, (s, u) => s + u)];

        Assert.Equal(wdbc.Train.Count, update.Samples);
        Assert.True(update.Train.Accuracy > 0.95);
        Assert.Equal(update.Train.Accuracy, ModelEvaluator.Evaluate(mlp, local, wdbc.Train).Accuracy);
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
        int epoch = losses.Count / 5;
        Assert.True(losses.TakeLast(epoch).Average() < losses.Take(epoch).Average() / 2);
    }

    [Fact]
    public void A_long_update_is_clipped_to_the_norm()
    {
        LocalUpdate update = LocalTrainer.Train(
            mlp, ParameterVector.Initial(mlp, 1), wdbc.Train, Options with { ClipNorm = 0.25 }, 7);

        Assert.True(update.Norm > 0.25);
        Assert.Equal(0.25, ParameterVector.Norm(update.Update), 1e-5);
        float[] untouched = [3, 4];
        Assert.Equal(1, UpdateClipping.Clip(untouched, 5.1));
        Assert.Equal([3f, 4f], untouched);
    }

    [Fact]
    public void Restricted_softmax_does_not_push_down_a_class_that_the_hospital_lacks()
    {
        var architecture = Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 3, out _)!;
        var records = new Records(wdbc.Train.Shape, 3, wdbc.Train.Values, wdbc.Train.Labels);
        float[] start = ParameterVector.Initial(architecture, 1);
        int lastBias = architecture.ParameterCount - 1;

        float restricted = LocalTrainer.Train(architecture, start, records, Options, 7).Update[lastBias];
        float full = LocalTrainer.Train(
            architecture, start, records, Options with { RestrictedSoftmax = false }, 7).Update[lastBias];

        Assert.Equal(0, restricted);
        Assert.True(full < -0.01);
    }

    [Fact]
    public void Class_weighting_raises_the_recall_of_a_rare_class()
    {
        var random = new SeededRandom(5);
        int[] labels = [.. Enumerable.Range(0, 400).Select(i => i % 20 == 0 ? 1 : 0)];
        float[] values = [.. labels
            .SelectMany(l => Enumerable.Range(0, 4).Select(_ => (float)(random.NextNormal() + l)))];
        var records = new Records(new TensorShape(1, 1, 4), 2, values, labels);
        var architecture = Architectures.TryCreate("mlp", records.Shape, 2, out _)!;
        float[] start = ParameterVector.Initial(architecture, 1);

        double weighted = Recall(Options);
        double plain = Recall(Options with { ClassWeighting = false });

        Assert.True(weighted > plain + 0.2, $"{weighted} against {plain}");

        double Recall(TrainingOptions options) =>
            LocalTrainer.Train(architecture, start, records, options, 1).Train.Recall[1];
    }

    [Fact]
    public void The_proximal_term_keeps_the_update_short()
    {
        float[] start = ParameterVector.Initial(mlp, 1);

        double free = LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7).Norm;
        double held = LocalTrainer.Train(mlp, start, wdbc.Train, Options with { Proximal = 1 }, 7).Norm;

        Assert.True(held < free * 0.7, $"{held} against {free}");
    }

    [Fact]
    public void A_hospital_of_one_class_changes_nothing()
    {
        int[] places = [.. Enumerable.Range(0, wdbc.Train.Count).Where(i => wdbc.Train.Labels[i] == 1)];

        LocalUpdate update = LocalTrainer.Train(
            mlp, ParameterVector.Initial(mlp, 1), wdbc.Train.Take(places), Options, 7);

        Assert.Equal(0, update.Norm);
    }

    [Fact]
    public void Weights_that_are_not_finite_and_records_that_do_not_fit_are_refused()
    {
        float[] start = ParameterVector.Initial(mlp, 1);
        var other = new Records(new TensorShape(1, 1, 4), 2, new float[4], [0]);

        Assert.Throws<ArgumentException>(() => LocalTrainer.Train(mlp, start, other, Options, 7));
        Assert.Throws<ArgumentException>(
            () => LocalTrainer.Train(mlp, start, wdbc.Train, Options with { Epochs = 0 }, 7));
        start[5] = float.NaN;
        Assert.Throws<ParameterException>(() => LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7));
    }

    [Fact]
    public void Training_that_explodes_is_refused_before_anything_is_shared()
    {
        float[] start = [.. Enumerable.Repeat(1e30f, mlp.ParameterCount)];

        Assert.Throws<ParameterException>(() => LocalTrainer.Train(mlp, start, wdbc.Train, Options, 7));
    }

    [Fact]
    public void Training_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => LocalTrainer.Train(
            mlp, ParameterVector.Initial(mlp, 1), wdbc.Train, Options, 7, cancellation: source.Token));
    }
}
