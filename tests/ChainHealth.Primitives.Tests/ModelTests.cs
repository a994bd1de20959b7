using CsCheck;

namespace ChainHealth.Primitives.Tests;

public class ModelTests
{
    [Theory]
    [InlineData("lenet", 1, 2, (5 * 5 * 8) + 8 + (5 * 5 * 8 * 16) + 16 + (256 * 64) + 64 + (64 * 2) + 2)]
    [InlineData("strided", 3, 5, (25 * 3 * 16) + 16 + (25 * 16 * 32) + 32 + (1568 * 64) + 64 + (64 * 5) + 5)]
    public void Networks_have_the_layers_of_their_description(string name, int channels, int classes, int parameters)
    {
        Architecture network = Architectures.TryCreate(name, new TensorShape(channels, 28, 28), classes, out _)!;
        Assert.Equal(parameters, network.ParameterCount);
        Assert.Equal(classes, network.Classes);
        Assert.Equal(0, network.Layers[0].ParameterOffset);
        Assert.Equal(
            network.ParameterCount, network.Layers[^1].ParameterOffset + network.Layers[^1].Spec.Parameters);
    }

    [Theory]
    [InlineData("resnet", "unknown model 'resnet'")]
    [InlineData("conv1d", "does not fit records of shape")]
    public void An_unfit_network_is_refused_with_the_reason(string name, string reason)
    {
        Assert.Null(Architectures.TryCreate(name, new TensorShape(1, 28, 28), 2, out string? fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_do_not_fit_together_are_refused()
    {
        Assert.Null(Architecture.TryCreate(
            "x", new TensorShape(1, 1, 4), [new DenseLayer(5, 2)], out string? fault));
        Assert.Contains("does not fit an input of 1x1x4", fault, StringComparison.Ordinal);
        Assert.Null(Architecture.TryCreate("x", new TensorShape(1, 1, 4), [new ReluLayer()], out fault));
        Assert.Contains("last layer must be dense", fault, StringComparison.Ordinal);
        Assert.Null(Architecture.TryCreate(
            "x", new TensorShape(1, 1, 1000), Enumerable.Repeat(new DenseLayer(1000, 1000), 5), out fault));
        Assert.Contains("more than", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Initial_weights_are_reproducible_bounded_and_differ_by_seed()
    {
        Architecture network = Architectures.TryCreate("lenet", new TensorShape(1, 28, 28), 2, out _)!;
        GlobalModel model = GlobalModel.Initial(network, FixedPoint.Default, 1);
        Assert.Equal(model.Hash, GlobalModel.Initial(network, FixedPoint.Default, 1).Hash);
        Assert.NotEqual(model.Hash, GlobalModel.Initial(network, FixedPoint.Default, 2).Hash);
        long bound = (long)Math.Round(Math.Sqrt(6.0 / 25) * 65536);
        Assert.All(model.Weights[..200], w => Assert.InRange(w, -bound, bound));
        Assert.All(model.Weights[200..208], w => Assert.Equal(0, w));
        Assert.InRange(model.Weights[..200].Average(w => (double)w), -bound / 4.0, bound / 4.0);
    }

    [Fact]
    public void Fixed_point_rounds_within_half_a_unit_and_refuses_what_does_not_fit()
    {
        FixedPoint format = FixedPoint.Default;
        Gen.Double[-4000, 4000].Sample(value =>
        {
            Assert.True(format.TryEncode(value, out long encoded));
            Assert.InRange(Math.Abs(format.Decode(encoded) - value), 0, 0.5 / 65536);
        });
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, 4097, -1e300 })
        {
            Assert.False(format.TryEncode(bad, out _));
        }
    }

    [Fact]
    public void Seeded_draws_are_below_their_bound_and_cover_it()
    {
        var random = new SplitMix64(3);
        var seen = new HashSet<int>();
        for (int i = 0; i < 1000; i++)
        {
            int draw = random.Below(7);
            Assert.InRange(draw, 0, 6);
            seen.Add(draw);
            Assert.InRange(random.Unit(), 0, 0.9999999999999999);
        }

        Assert.Equal(7, seen.Count);
    }
}
