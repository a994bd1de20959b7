using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

public class CheckTests
{

    public static TheoryData<string, int, int, int, int, int> Shapes => new()
    {
        { "mlp", 1, 1, 30, 2, 100 },
        { "conv1d", 1, 1, 13, 2, 40 },
        { "lenet", 1, 28, 28, 2, 12 },
        { "strided", 3, 28, 28, 5, 6 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Verdicts_equal_the_plain_twin(
        string name, int channels, int height, int width, int classes, int n)
    {
        Architecture architecture =
            Architectures.TryCreate(name, new TensorShape(channels, height, width), classes, out _)!;
        var scene = new CheckScene(architecture, hospitals: 3, records: n, seed: 5);
        var policy = new CheckPolicy(n, 50, 300, 200, 0);
        var results = await Parties.RunAsync((s, c) =>
            PoisoningCheck.RunAsync(s, scene.Job(s.Party, policy), c).AsTask());
        bool[] expected = new PlainTwin(architecture, FixedPoint.Default)
            .Judge(scene.Global, scene.Updates, scene.Images, scene.Labels, policy);
        Assert.All(results, r => Assert.Equal(expected, r.Accepted));
        Assert.Single(results.Select(r => r.Transcript).Distinct());
    }

    [Fact]
    public async Task Nothing_is_opened_but_the_seed_of_the_draw_and_one_bit_for_each_hospital()
    {
        Architecture architecture = Architectures.TryCreate("mlp", new TensorShape(1, 1, 10), 2, out _)!;
        var scene = new CheckScene(architecture, hospitals: 3, records: 20, seed: 2);
        Outcome<CheckResult>[] outcomes = await Parties.OutcomesAsync((s, c) => PoisoningCheck.RunAsync(
            s, scene.Job(s.Party, new CheckPolicy(8, 50, 300, 200, 0)), c).AsTask(), 1, null);
        Assert.All(outcomes, o => Assert.Equal(
            [new OpeningRecord("draw seed", 4), new OpeningRecord("verdicts", 1)], o.Openings));
    }

    [Fact]
    public void A_draw_is_a_repeatable_set_of_different_records()
    {
        int[] drawn = RecordDraw.Sample(Digest.Sha256([1]), 500, 100);
        Assert.Equal(100, drawn.Distinct().Count());
        Assert.All(drawn, i => Assert.InRange(i, 0, 499));
        Assert.Equal(drawn, RecordDraw.Sample(Digest.Sha256([1]), 500, 100));
        Assert.NotEqual(drawn, RecordDraw.Sample(Digest.Sha256([2]), 500, 100));
        Assert.Equal(Enumerable.Range(0, 7), RecordDraw.Sample(Digest.Sha256([1]), 7, 100));
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("conv1d")]
    [InlineData("lenet")]
    [InlineData("strided")]
    public void A_plan_that_could_overflow_is_refused(string model)
    {
        TensorShape shape = model is "mlp" or "conv1d" ? new TensorShape(1, 1, 30) : new TensorShape(1, 28, 28);
        Architecture architecture = Architectures.TryCreate(model, shape, 2, out _)!;
        long[] huge = [.. Enumerable.Repeat(FixedPoint.Default.One * 4096, architecture.ParameterCount)];
        Assert.Null(Circuit.TryPlan(architecture, FixedPoint.Default, huge, out string? fault));
        Assert.Contains("could overflow", fault);
        long[] usual = [.. GlobalModel.Initial(architecture, FixedPoint.Default, 1).Weights];
        Assert.NotNull(Circuit.TryPlan(architecture, FixedPoint.Default, usual, out _));
        using SharePackage record = Parties.Share(new long[shape.Elements]).Packages[0];
        Assert.Contains("could overflow",
            SecurePrediction.Fault(new PredictionJob(architecture, FixedPoint.Default, huge, record, 1)));
    }

    public static TheoryData<string, int, int> LogitShapes => new()
    {
        { "mlp", 1, 30 }, { "lenet", 28, 28 }, { "average", 9, 9 },
    };

    [Theory]
    [MemberData(nameof(LogitShapes))]
    public async Task Logits_equal_the_plain_twin_within_the_truncation_error(string name, int height, int width)
    {
        var input = new TensorShape(1, height, width);
        Architecture architecture = name == "average"
            ? Architecture.TryCreate(name, input, [new ConvolutionLayer(1, 3, 2, 2, 1, 1, 0), new AveragePoolLayer(2),
                new ReluLayer(), new MaxPoolLayer(2), new AveragePoolLayer(2), new DenseLayer(3, 2)], out _)!
            : Architectures.TryCreate(name, input, 2, out _)!;
        var scene = new CheckScene(architecture, hospitals: 2, records: 4, seed: 9);
        SharedInput images = Parties.Share([.. scene.Images.SelectMany(i => i)]);
        SharedInput[] models = [.. new[] { scene.Global, scene.Updates[1] }.Select(m => Parties.Share(m))];
        Circuit circuit = Circuit.TryPlan(architecture, FixedPoint.Default, scene.Global, out _)!;
        long[][] results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, images);
            ShareVector[] weights = [.. models.Select(m => Parties.Input(s, m))];
            using ShareVector logits = await circuit.EvaluateAsync(s, weights, shared, 4, c);
            return await Parties.OpenAsync(s, logits, c);
        });
        var twin = new PlainTwin(architecture, FixedPoint.Default);
        long[] expected = [.. new[] { scene.Global, scene.Updates[1] }
            .SelectMany(m => scene.Images.SelectMany(i => twin.Logits(m, i)))];
        for (int i = 0; i < expected.Length; i++)
        {
            double error = (results[0][i] - expected[i]) / Math.Pow(2, 32);
            Assert.InRange(error, -0.002, 0.002);
        }
    }
}
