using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

public sealed class ModelTests
{
    [Theory]
    [InlineData("mlp", 1, 1, 30, 2)]
    [InlineData("conv1d", 1, 1, 11, 3)]
    [InlineData("lenet", 1, 28, 28, 2)]
    [InlineData("lenet", 3, 28, 28, 5)]
    [InlineData("strided", 3, 28, 28, 5)]
    [InlineData("strided", 1, 28, 28, 2)]
    public void Torch_computes_what_the_obvious_loops_compute(
        string model, int channels, int height, int width, int classes)
    {
        Architecture architecture = Build(model, new TensorShape(channels, height, width), classes);
        AssertForwardAgrees(architecture);
    }

    [Fact]
    public void Average_pooling_and_dropped_edges_agree_too()
    {
        Architecture? architecture = Architecture.TryCreate("pools", new TensorShape(2, 7, 12),
            [
                new AveragePoolLayer(2), new ConvolutionLayer(2, 3, 2, 3, 2, 1, 0), new MaxPoolLayer(2),
                new DenseLayer(3, 2),
            ],
            out string? fault);

        Assert.Null(fault);
        AssertForwardAgrees(architecture!);
    }

    [Fact]
    public void Fixed_point_and_back_is_the_rounded_vector()
    {
        Architecture architecture = Build("mlp", new TensorShape(1, 1, 3), 2);
        float[] values = ParameterVector.Initial(architecture, 5);

        long[] encoded = ParameterVector.ToFixedPoint(architecture, values, FixedPoint.Default);
        float[] back = ParameterVector.FromFixedPoint(architecture, encoded, FixedPoint.Default);

        Assert.Equal(values, back);
        Assert.Equal(encoded, GlobalModel.Initial(architecture, FixedPoint.Default, 5).Weights);
    }

    [Theory]
    [InlineData(float.NaN, 3, "parameter 3 (layer 0, DenseLayer, place 3 of 128): NaN is not finite")]
    [InlineData(float.PositiveInfinity, 129, "parameter 129 (layer 2, DenseLayer, place 1 of 66)")]
    [InlineData(5000f, 193, "place 65 of 66): 5000 is beyond +-4096")]
    public void A_value_that_must_not_leave_is_refused_by_layer_and_place(float value, int place, string expected)
    {
        Architecture architecture = Build("mlp", new TensorShape(1, 1, 3), 2);
        float[] values = ParameterVector.Initial(architecture, 5);
        values[place] = value;

        string fault = Assert.Throws<ParameterException>(
            () => ParameterVector.ToFixedPoint(architecture, values, FixedPoint.Default)).Message;

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_of_the_wrong_length_is_refused()
    {
        Architecture architecture = Build("mlp", new TensorShape(1, 1, 3), 2);

        Assert.Throws<ParameterException>(
            () => ParameterVector.ToFixedPoint(architecture, new float[3], FixedPoint.Default));
        Assert.Throws<ParameterException>(() => new TorchNetwork(architecture, new float[3]));
    }

    [Fact]
    public void A_forward_pass_of_a_batch_takes_measurable_time() =>
        Assert.InRange(TorchBench.ForwardMilliseconds(Build("lenet", new TensorShape(1, 28, 28), 2), 16, 3), 1e-3, 1e4);

    private static void AssertForwardAgrees(Architecture architecture)
    {
        var random = new SeededRandom(9);
        float[] values = [.. ParameterVector.Initial(architecture, 3)
            .Select(v => v + (float)(0.05 * random.NextNormal()))];
        float[] inputs = [.. Enumerable.Range(0, 3 * architecture.Input.Elements)
            .Select(_ => (float)random.NextNormal())];
        var records = new Records(architecture.Input, architecture.Classes, inputs, [0, 1, 0]);

        float[] scores = ModelEvaluator.Scores(architecture, values, records);

        double[] expected = [.. Enumerable.Range(0, 3)
            .SelectMany(i => PlainForward.Run(architecture, values, records[i]))];
        Assert.Equal(expected.Length, scores.Length);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    private static Architecture Build(string model, TensorShape shape, int classes) =>
        Architectures.TryCreate(model, shape, classes, out string? fault) ?? throw new ArgumentException(fault);
}
