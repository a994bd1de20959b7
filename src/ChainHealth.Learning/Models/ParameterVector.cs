using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>The flat parameter vector of an architecture: layer by layer the weights, then the biases.</summary>
public static class ParameterVector
{
    /// <summary>Initial global weights as reals: <see cref="GlobalModel.Initial"/>, whose bytes are the same on every
    /// platform, decoded.</summary>
    public static float[] Initial(Architecture architecture, ulong seed) => FromFixedPoint(
        architecture, GlobalModel.Initial(architecture, FixedPoint.Default, seed).Weights.AsSpan(), FixedPoint.Default);

    /// <summary>Each value in fixed point, rounded half away from zero.</summary>
    /// <exception cref="ParameterException">A value is not finite or beyond the format's range, or the length is not
    /// the architecture's; the message names layer and place.</exception>
    public static long[] ToFixedPoint(Architecture architecture, ReadOnlySpan<float> values, FixedPoint format)
    {
        CheckLength(architecture, values.Length);
        var encoded = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!format.TryEncode(values[i], out encoded[i]))
            {
                string fault = float.IsFinite(values[i])
                    ? $"{values[i]} is beyond +-{format.MagnitudeMax}" : $"{values[i]} is not finite";
                throw new ParameterException($"{Place(architecture, i)}: {fault}");
            }
        }

        return encoded;
    }

    /// <exception cref="ParameterException">The length is not the architecture's.</exception>
    public static float[] FromFixedPoint(Architecture architecture, ReadOnlySpan<long> encoded, FixedPoint format)
    {
        CheckLength(architecture, encoded.Length);
        var values = new float[encoded.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)format.Decode(encoded[i]);
        }

        return values;
    }

    /// <exception cref="ParameterException">The first value that is not finite, by layer and place.</exception>
    public static void CheckFinite(Architecture architecture, ReadOnlySpan<float> values)
    {
        CheckLength(architecture, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ParameterException($"{Place(architecture, i)}: {values[i]} is not finite");
            }
        }
    }

    public static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    private static void CheckLength(Architecture architecture, int length)
    {
        if (length != architecture.ParameterCount)
        {
            throw new ParameterException(
                $"{length} parameters where {architecture.Name} has {architecture.ParameterCount}");
        }
    }

    private static string Place(Architecture architecture, int index)
    {
        PlacedLayer layer = architecture.Layers.Last(l => l.Spec.Parameters > 0 && l.ParameterOffset <= index);
        return $"parameter {index} (layer {layer.Index}, {layer.Spec.GetType().Name}, place "
            + $"{index - layer.ParameterOffset} of {layer.Spec.Parameters})";
    }
}
