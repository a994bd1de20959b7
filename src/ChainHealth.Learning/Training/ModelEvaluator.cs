using ChainHealth.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace ChainHealth.Learning;

/// <summary>Scores of a model in plain floating point.</summary>
public static class ModelEvaluator
{
    private const int BatchMax = 256;

    /// <exception cref="ArgumentException">No records, or they do not fit the architecture.</exception>
    /// <exception cref="ParameterException">Parameters are not finite or not as many as the architecture
    /// has.</exception>
    public static Metrics Evaluate(Architecture architecture, ReadOnlySpan<float> parameters, Records records) =>
        Metrics.Compute(Scores(architecture, parameters, records), records.Labels, architecture.Classes);

    /// <summary>Records x classes, before softmax.</summary>
    public static float[] Scores(Architecture architecture, ReadOnlySpan<float> parameters, Records records)
    {
        if (records.Shape != architecture.Input)
        {
            throw new ArgumentException($"records of {records.Shape} do not fit {architecture}", nameof(records));
        }

        using var network = new TorchNetwork(architecture, parameters);
        using IDisposable _ = no_grad();
        var scores = new float[records.Count * architecture.Classes];
        for (int from = 0; from < records.Count; from += BatchMax)
        {
            using DisposeScope scope = NewDisposeScope();
            int size = Math.Min(BatchMax, records.Count - from);
            Tensor result = network.forward(TorchRuntime.Batch(records, from, size)).contiguous();
            using TorchSharp.Utils.TensorAccessor<float> values = result.data<float>();
            values.CopyTo(scores.AsSpan(from * architecture.Classes, size * architecture.Classes));
        }

        return scores;
    }
}
