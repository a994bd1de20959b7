using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>Softmax of scores divided by one number, fitted on records that the model has not trained on, so that
/// "90 %" is right nine times in ten (Guo and others, "On calibration of modern neural networks", ICML 2017).</summary>
public sealed record Temperature(double Value)
{
    private const double Least = 0.05;
    private const double Most = 20;
    private const int Steps = 60;

    /// <summary>Least mean cross entropy over the temperature, by golden section on its logarithm.</summary>
    public static Temperature Fit(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes)
    {
        float[] all = scores.ToArray();
        int[] truth = labels.ToArray();
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(Least);
        double high = Math.Log(Most);
        for (int i = 0; i < Steps; i++)
        {
            double a = high - (ratio * (high - low));
            double b = low + (ratio * (high - low));
            (low, high) = Loss(a) < Loss(b) ? (low, b) : (a, high);
        }

        return new Temperature(Math.Exp((low + high) / 2));

        double Loss(double logarithm)
        {
            var at = new Temperature(Math.Exp(logarithm));
            double sum = 0;
            for (int i = 0; i < truth.Length; i++)
            {
                double p = at.Probabilities(all.AsSpan(i * classes, classes))[truth[i]];
                sum -= Math.Log(Math.Max(p, 1e-12));
            }

            return sum;
        }
    }

    /// <summary>One probability for each class; they add up to 1.</summary>
    public ImmutableArray<double> Probabilities(ReadOnlySpan<float> scores)
    {
        double max = double.NegativeInfinity;
        foreach (float score in scores)
        {
            max = Math.Max(max, score);
        }

        var values = ImmutableArray.CreateBuilder<double>(scores.Length);
        double sum = 0;
        foreach (float score in scores)
        {
            values.Add(Math.Exp((score - max) / Value));
            sum += values[^1];
        }

        for (int c = 0; c < values.Count; c++)
        {
            values[c] /= sum;
        }

        return values.MoveToImmutable();
    }
}
