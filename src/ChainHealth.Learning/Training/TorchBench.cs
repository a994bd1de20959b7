using System.Diagnostics;
using ChainHealth.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace ChainHealth.Learning;

/// <summary>What plain inference costs: the yardstick beside the encrypted one.</summary>
public static class TorchBench
{
    /// <returns>Median time of one forward pass of <paramref name="batch"/> random records on one thread, in
    /// milliseconds.</returns>
    public static double ForwardMilliseconds(Architecture architecture, int batch, int repetitions = 11)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        using var network = new TorchNetwork(architecture, ParameterVector.Initial(architecture, 1));
        using IDisposable _ = no_grad();
        TensorShape shape = architecture.Input;
        using Tensor input = rand(batch, shape.Channels, shape.Height, shape.Width);
        var times = new double[repetitions];
        for (int i = -1; i < repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using (DisposeScope scope = NewDisposeScope())
            {
                network.forward(input);
            }

            // The first pass warms caches up and is not counted.
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        return times[repetitions / 2];
    }
}
