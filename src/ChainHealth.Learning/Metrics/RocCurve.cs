using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>A point of the curve; both rates 0..1.</summary>
public readonly record struct RocRates(double FalsePositive, double TruePositive);

/// <summary>Receiver operating characteristic of one class against the rest: the true and false positive rates at every
/// threshold (Fawcett, Pattern Recognition Letters 27, 2006).</summary>
public static class RocCurve
{
    /// <param name="scores">Records x classes, before softmax.</param>
    /// <param name="positive">The class that is to be found.</param>
    /// <param name="pointsMax">The curve is thinned to this many points, the ends kept.</param>
    /// <returns>From (0, 0) to (1, 1); empty where all records are of one kind.</returns>
    public static ImmutableArray<RocRates> Of(
        ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, int positive, int pointsMax)
    {
        var order = new (double Score, bool Positive)[labels.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = (RocArea.LogOdds(scores.Slice(i * classes, classes), positive), labels[i] == positive);
        }

        double positives = order.Count(o => o.Positive);
        double negatives = order.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            return [];
        }

        Array.Sort(order, (a, b) => b.Score.CompareTo(a.Score));
        var points = new List<RocRates> { new(0, 0) };
        double hits = 0;
        double alarms = 0;
        for (int i = 0; i < order.Length; i++)
        {
            hits += order[i].Positive ? 1 : 0;
            alarms += order[i].Positive ? 0 : 1;

            // Records of one score are taken together: no threshold parts them.
            if (i + 1 == order.Length || order[i + 1].Score != order[i].Score)
            {
                points.Add(new RocRates(alarms / negatives, hits / positives));
            }
        }

        return Thin(points, pointsMax);
    }

    private static ImmutableArray<RocRates> Thin(List<RocRates> points, int pointsMax) =>
        points.Count <= pointsMax ? [.. points]
            : [.. Enumerable.Range(0, pointsMax)
                .Select(i => points[(int)((long)i * (points.Count - 1) / (pointsMax - 1))])];
}
