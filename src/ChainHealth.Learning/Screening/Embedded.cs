using ChainHealth.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace ChainHealth.Learning;

/// <summary>Records as the model sees them: what its last layer is given, and its scores.</summary>
/// <param name="Width">Length of one embedding.</param>
/// <param name="Vectors">Count x width, each of Euclidean length 1 (0 where the model sees nothing).</param>
/// <param name="Scores">Count x classes, before softmax.</param>
internal sealed record Embedded(int Width, int Classes, float[] Vectors, float[] Scores)
{
    private const int BatchMax = 256;

    public int Count => Scores.Length / Classes;

    public ReadOnlySpan<float> Vector(int index) => Vectors.AsSpan(index * Width, Width);

    public ReadOnlySpan<float> ScoresOf(int index) => Scores.AsSpan(index * Classes, Classes);

    /// <exception cref="ParameterException">Parameters are not finite, or not as many as the architecture has.
    /// </exception>
    public static Embedded Of(Architecture architecture, ReadOnlySpan<float> parameters, Records records)
    {
        if (records.Shape != architecture.Input)
        {
            throw new ArgumentException($"records of {records.Shape} do not fit {architecture}", nameof(records));
        }

        int width = architecture.Layers[^1].Input.Elements;
        var result = new Embedded(
            width, architecture.Classes, new float[records.Count * width],
            new float[records.Count * architecture.Classes]);
        using var network = new TorchNetwork(architecture, parameters);
        using IDisposable _ = no_grad();
        for (int from = 0; from < records.Count; from += BatchMax)
        {
            using DisposeScope scope = NewDisposeScope();
            int size = Math.Min(BatchMax, records.Count - from);
            Tensor embedded = network.Embed(TorchRuntime.Batch(records, from, size));
            Copy(network.ScoresOf(embedded), result.Scores, from * architecture.Classes);
            Copy(embedded, result.Vectors, from * width);
        }

        result.Normalise();
        return result;
    }

    private static void Copy(Tensor tensor, float[] target, int offset)
    {
        using Tensor whole = tensor.contiguous();
        using TorchSharp.Utils.TensorAccessor<float> values = whole.data<float>();
        values.CopyTo(target.AsSpan(offset, (int)values.Count));
    }

    private void Normalise()
    {
        for (int i = 0; i < Count; i++)
        {
            Span<float> vector = Vectors.AsSpan(i * Width, Width);
            double norm = ParameterVector.Norm(vector);
            for (int d = 0; norm > 0 && d < Width; d++)
            {
                vector[d] = (float)(vector[d] / norm);
            }
        }
    }
}
