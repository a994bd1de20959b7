namespace ChainHealth.Learning;

/// <summary>Where each class lies among the model's embeddings: its mean, and one diagonal covariance for all (Lee and
/// others, "A simple unified framework for detecting out-of-distribution samples", NeurIPS 2018, with the diagonal
/// only: a few hundred records do not fill a full matrix).</summary>
internal sealed class ClassGeometry
{
    private const double VarianceFloor = 1e-6;

    private readonly int width;
    private readonly double[][] means;
    private readonly double[] weights;

    public ClassGeometry(Embedded embedded, ReadOnlySpan<int> labels)
    {
        width = embedded.Width;
        means = [.. Enumerable.Range(0, embedded.Classes).Select(_ => new double[width])];
        var counts = new int[embedded.Classes];
        for (int i = 0; i < labels.Length; i++)
        {
            counts[labels[i]]++;
            Add(means[labels[i]], embedded.Vector(i));
        }

        for (int c = 0; c < means.Length; c++)
        {
            for (int d = 0; d < width; d++)
            {
                means[c][d] /= Math.Max(counts[c], 1);
            }
        }

        weights = Precisions(embedded, labels);
    }

    /// <summary>Root of the mean squared distance to the class's mean, in deviations.</summary>
    public double Distance(ReadOnlySpan<float> vector, int label)
    {
        double sum = 0;
        for (int d = 0; d < width; d++)
        {
            double away = vector[d] - means[label][d];
            sum += away * away * weights[d];
        }

        return Math.Sqrt(sum / width);
    }

    private static void Add(double[] sum, ReadOnlySpan<float> vector)
    {
        for (int d = 0; d < sum.Length; d++)
        {
            sum[d] += vector[d];
        }
    }

    private double[] Precisions(Embedded embedded, ReadOnlySpan<int> labels)
    {
        var variance = new double[width];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> vector = embedded.Vector(i);
            for (int d = 0; d < width; d++)
            {
                double away = vector[d] - means[labels[i]][d];
                variance[d] += away * away / labels.Length;
            }
        }

        // A unit that never fires says nothing.
        return [.. variance.Select(v => v < VarianceFloor ? 0 : 1 / v)];
    }
}
