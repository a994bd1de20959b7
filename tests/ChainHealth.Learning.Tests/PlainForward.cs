using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

/// <summary>The layers in the most obvious loops: the oracle for the torch network.</summary>
internal static class PlainForward
{
    public static double[] Run(Architecture architecture, float[] parameters, ReadOnlySpan<float> input)
    {
        double[] x = [.. input.ToArray().Select(v => (double)v)];
        foreach (PlacedLayer layer in architecture.Layers)
        {
            double[] p = [.. parameters.Skip(layer.ParameterOffset).Take(layer.Spec.Parameters).Select(v => (double)v)];
            x = layer.Spec switch
            {
                ConvolutionLayer c => Convolve(x, p, c, layer.Input, layer.Output),
                DenseLayer d => Dense(x, p, d),
                ReluLayer => [.. x.Select(v => Math.Max(v, 0))],
                MaxPoolLayer m => Pool(x, m.Size, layer.Input, layer.Output, w => w.Max()),
                AveragePoolLayer a => Pool(x, a.Size, layer.Input, layer.Output, w => w.Average()),
                _ => throw new ArgumentException(layer.ToString()),
            };
        }

        return x;
    }

    private static double[] Dense(double[] x, double[] p, DenseLayer d) =>
        [.. Enumerable.Range(0, d.Outputs).Select(o =>
            Enumerable.Range(0, d.Inputs).Sum(i => p[(o * d.Inputs) + i] * x[i]) + p[(d.Inputs * d.Outputs) + o])];

    private static double[] Convolve(double[] x, double[] p, ConvolutionLayer c, TensorShape from, TensorShape to)
    {
        var y = new double[to.Elements];
        for (int i = 0; i < y.Length; i++)
        {
            (int o, int row, int column) = Place(i, to);
            y[i] = p[(c.OutChannels * c.Window) + o];
            for (int k = 0; k < c.Window; k++)
            {
                (int channel, int dy, int dx) = Place(k, new TensorShape(c.InChannels, c.KernelHeight, c.KernelWidth));
                int sy = (row * c.Stride) + dy - c.PaddingHeight;
                int sx = (column * c.Stride) + dx - c.PaddingWidth;
                if (sy >= 0 && sy < from.Height && sx >= 0 && sx < from.Width)
                {
                    y[i] += p[(o * c.Window) + k] * x[(((channel * from.Height) + sy) * from.Width) + sx];
                }
            }
        }

        return y;
    }

    private static double[] Pool(
        double[] x, int size, TensorShape from, TensorShape to, Func<IEnumerable<double>, double> join) =>
        [.. Enumerable.Range(0, to.Elements).Select(i =>
        {
            (int channel, int row, int column) = Place(i, to);
            return join(Enumerable.Range(0, size * size).Select(k =>
                x[(((channel * from.Height) + (row * size) + (k / size)) * from.Width)
                    + (column * size) + (k % size)]));
        })];

    private static (int Channel, int Row, int Column) Place(int index, TensorShape shape) =>
        (index / (shape.Height * shape.Width), index / shape.Width % shape.Height, index % shape.Width);
}
