using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The same fixed-point computation in the clear, written plainly: the oracle of the tests and of experiments.
/// The encrypted result differs by the truncation error only (one unit in the last place of each activation).</summary>
public sealed class PlainTwin
{
    private readonly Architecture _architecture;
    private readonly int _f;

    public PlainTwin(Architecture architecture, FixedPoint fixedPoint)
    {
        _architecture = architecture;
        _f = fixedPoint.FractionBits;
    }

    /// <summary>Logits at 2f fraction bits.</summary>
    public long[] Logits(ReadOnlySpan<long> parameters, ReadOnlySpan<long> record)
    {
        long[] x = record.ToArray();
        bool wide = false;
        foreach (PlacedLayer layer in _architecture.Layers)
        {
            if (layer.Spec is ConvolutionLayer or DenseLayer && wide)
            {
                x = Shift(x, _f);
            }

            ReadOnlySpan<long> weights = parameters.Slice(layer.ParameterOffset, layer.Spec.Parameters);
            (x, wide) = layer.Spec switch
            {
                ConvolutionLayer c => (Convolve(layer, c, weights, x), true),
                DenseLayer d => (Multiply(d, weights, x), true),
                ReluLayer => (Shift([.. x.Select(v => Math.Max(v, 0))], wide ? _f : 0), false),
                MaxPoolLayer p => (Windows(layer, p.Size, x, w => w.Max()), wide),
                AveragePoolLayer p when int.IsPow2(p.Size) =>
                    (Shift(Windows(layer, p.Size, x, w => w.Sum()), 2 * int.Log2(p.Size)), wide),
                AveragePoolLayer p => (Average(layer, p.Size, wide ? Shift(x, _f) : x), false),
                _ => throw new InvalidOperationException($"unknown layer {layer.Spec}"),
            };
        }

        return x;
    }

    /// <summary>True where the logit of the label is at least every other, with the tolerance of a tie.</summary>
    public bool IsCorrect(ReadOnlySpan<long> logits, int label)
    {
        foreach (long logit in logits)
        {
            if (logits[label] < logit - (1L << (_f - 1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Verdict on each updated model, as <see cref="PoisoningCheck"/> computes it on the same records.
    /// </summary>
    public bool[] Judge(ReadOnlyMemory<long> global, IReadOnlyList<long[]> updates, IReadOnlyList<long[]> records,
        IReadOnlyList<int> labels, CheckPolicy policy)
    {
        int classes = _architecture.Classes;
        long[] reference = Correct(global.Span, records, labels);
        return [.. updates.Select(update =>
        {
            long[] model = [.. update.Select((u, i) => u + global.Span[i])];
            long[] own = Correct(model, records, labels);
            bool passes = Passes(own.Sum(), reference.Sum(), records.Count,
                policy.AccuracyMarginPerMille, policy.AccuracyFloorPerMille);
            for (int k = 0; k < classes; k++)
            {
                passes &= Passes(own[k], reference[k], labels.Count(l => l == k),
                    policy.RecallMarginPerMille, policy.RecallFloorPerMille);
            }

            return passes;
        })];
    }

    private static bool Passes(long own, long reference, int size, int margin, int floor) =>
        (1000 * own) >= (1000 * reference) - ((long)margin * size) && (1000 * own) >= (long)floor * size;

    private static long[] Shift(long[] x, int by) => by == 0 ? x : [.. x.Select(v => v >> by)];

    private long[] Correct(ReadOnlySpan<long> model, IReadOnlyList<long[]> records, IReadOnlyList<int> labels)
    {
        var counts = new long[_architecture.Classes];
        for (int n = 0; n < records.Count; n++)
        {
            counts[labels[n]] += IsCorrect(Logits(model, records[n]), labels[n]) ? 1 : 0;
        }

        return counts;
    }

    private long[] Average(PlacedLayer layer, int size, long[] x)
    {
        long factor = ((1L << _f) + (size * size / 2)) / (size * size);
        return Shift([.. Windows(layer, size, x, w => w.Sum()).Select(v => v * factor)], _f);
    }

    private long[] Multiply(DenseLayer layer, ReadOnlySpan<long> weights, long[] x)
    {
        var output = new long[layer.Outputs];
        for (int o = 0; o < output.Length; o++)
        {
            long sum = weights[(layer.Inputs * layer.Outputs) + o] << _f;
            for (int i = 0; i < x.Length; i++)
            {
                sum += weights[(o * layer.Inputs) + i] * x[i];
            }

            output[o] = sum;
        }

        return output;
    }

    private long[] Convolve(PlacedLayer layer, ConvolutionLayer spec, ReadOnlySpan<long> weights, long[] x)
    {
        var output = new long[layer.Output.Elements];
        int at = 0;
        for (int channel = 0; channel < layer.Output.Channels; channel++)
        {
            for (int row = 0; row < layer.Output.Height; row++)
            {
                for (int column = 0; column < layer.Output.Width; column++)
                {
                    output[at++] = (weights[(spec.OutChannels * spec.Window) + channel] << _f)
                        + Window(layer.Input, spec, weights.Slice(channel * spec.Window, spec.Window), x,
                            (row * spec.Stride) - spec.PaddingHeight, (column * spec.Stride) - spec.PaddingWidth);
                }
            }
        }

        return output;
    }

    private static long Window(
        TensorShape shape, ConvolutionLayer spec, ReadOnlySpan<long> weights, long[] x, int top, int left)
    {
        long sum = 0;
        for (int k = 0; k < weights.Length; k++)
        {
            int column = left + (k % spec.KernelWidth);
            int row = top + (k / spec.KernelWidth % spec.KernelHeight);
            int channel = k / (spec.KernelWidth * spec.KernelHeight);
            if (row >= 0 && row < shape.Height && column >= 0 && column < shape.Width)
            {
                sum += weights[k] * x[(((channel * shape.Height) + row) * shape.Width) + column];
            }
        }

        return sum;
    }

    private static long[] Windows(PlacedLayer layer, int size, long[] x, Func<IEnumerable<long>, long> combine)
    {
        TensorShape shape = layer.Input, result = layer.Output;
        var output = new long[result.Elements];
        for (int i = 0; i < output.Length; i++)
        {
            int column = i % result.Width, row = i / result.Width % result.Height;
            int channel = i / (result.Width * result.Height);
            int corner = (((channel * shape.Height) + (row * size)) * shape.Width) + (column * size);
            output[i] = combine(Enumerable.Range(0, size * size)
                .Select(p => x[corner + (p / size * shape.Width) + (p % size)]));
        }

        return output;
    }
}
