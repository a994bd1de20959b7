using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Bounds on the values behind each linear layer. Without a norm: the public global model's largest row sums,
/// compounded. With a norm N of the update: a row of the updated layer answers an input of magnitudes up to x >= 1 with
/// at most x (a + s N_l), a = the global row sum with bias, s = sqrt(inputs + 1) by Cauchy and Schwarz, N_l = the norm
/// of the layer's part of the update; the bound is the largest product over all ways to spread N over the layers.
/// </summary>
internal sealed class RangeAnalysis(FixedPoint fixedPoint, double updateNorm, double inputBound)
{
    private const int Halvings = 200;
    private const double Slack = 1.01;

    private readonly double _input = inputBound;
    private readonly List<(double Fixed, double PerNorm)> _layers = [];

    /// <summary>Largest magnitude behind the layers so far, in reals.</summary>
    public double Bound { get; private set; } = inputBound;

    /// <summary>The bound behind one more linear layer.</summary>
    public double Add(PlacedLayer layer, ReadOnlySpan<long> global)
    {
        int rows = layer.Spec is ConvolutionLayer c ? c.OutChannels : layer.Output.Elements;
        int inner = (layer.Spec.Parameters / rows) - 1;
        double incoming = Bound, largest = 0, withBias = 0;
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            foreach (long weight in global.Slice(layer.ParameterOffset + (row * inner), inner))
            {
                sum += Math.Abs(fixedPoint.Decode(weight));
            }

            double bias = Math.Abs(fixedPoint.Decode(global[layer.ParameterOffset + (rows * inner) + row]));
            largest = Math.Max(largest, (sum * incoming) + bias);
            withBias = Math.Max(withBias, sum + bias);
        }

        _layers.Add((Math.Max(withBias, 1), Math.Sqrt(inner + 1)));
        Bound = updateNorm > 0 ? Math.Max(_input, 1) * LargestProduct() * Slack : Math.Max(largest, 1);
        return Bound;
    }

    /// <summary>Maximum of the product of a_l + s_l N_l over N_1^2 + ... = N^2. Its logarithm is concave; where it is
    /// largest, s_l / (a_l + s_l N_l) = m N_l for one m, which is found by bisection.</summary>
    private double LargestProduct()
    {
        double low = 1e-12, high = 1e12;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = Math.Sqrt(low * high);
            double square = _layers.Sum(l => Math.Pow(PartOf(l, middle), 2));
            (low, high) = square > updateNorm * updateNorm ? (middle, high) : (low, middle);
        }

        // The lower multiplier spends a little more than the norm: an upper bound.
        return _layers.Aggregate(1.0, (product, l) => product * (l.Fixed + (l.PerNorm * PartOf(l, low))));
    }

    private static double PartOf((double Fixed, double PerNorm) layer, double multiplier) =>
        (Math.Sqrt((layer.Fixed * layer.Fixed) + (4 * layer.PerNorm * layer.PerNorm / multiplier)) - layer.Fixed)
        / (2 * layer.PerNorm);
}
