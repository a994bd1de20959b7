namespace ChainHealth.Learning;

/// <summary>The verified records that lie nearest to a record among the model's embeddings.</summary>
/// <param name="PerClass">How many of the nearest carry each label.</param>
/// <param name="Weighted">The same, each weighing 1 / (1 + its rank), normalised to 1.</param>
/// <param name="MeanDistance">Cosine distance, mean over the nearest.</param>
internal sealed record Neighbours(int[] PerClass, double[] Weighted, double MeanDistance)
{
    public const int Count = 10;

    /// <param name="self">A reference record that is the asked one itself and does not count; -1 for none.</param>
    public static Neighbours Of(
        Embedded reference, ReadOnlySpan<int> labels, ReadOnlySpan<float> vector, int self = -1)
    {
        var places = new int[Count];
        var distances = new double[Count];
        int found = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double distance = i == self ? double.PositiveInfinity : 1 - Dot(reference.Vector(i), vector);
            if (i == self || (found == Count && distance >= distances[^1]))
            {
                continue;
            }

            int at = found < Count ? found++ : Count - 1;
            for (; at > 0 && distances[at - 1] > distance; at--)
            {
                distances[at] = distances[at - 1];
                places[at] = places[at - 1];
            }

            distances[at] = distance;
            places[at] = i;
        }

        return Tally(labels, reference.Classes, places.AsSpan(0, found), distances.AsSpan(0, found));
    }

    private static Neighbours Tally(
        ReadOnlySpan<int> labels, int classes, ReadOnlySpan<int> places, ReadOnlySpan<double> distances)
    {
        var perClass = new int[classes];
        var weighted = new double[classes];
        double sum = 0;
        double total = 0;
        for (int rank = 0; rank < places.Length; rank++)
        {
            perClass[labels[places[rank]]]++;
            weighted[labels[places[rank]]] += 1.0 / (1 + rank);
            total += 1.0 / (1 + rank);
            sum += distances[rank];
        }

        return new Neighbours(
            perClass, [.. weighted.Select(w => w / Math.Max(total, 1e-9))], sum / Math.Max(places.Length, 1));
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
