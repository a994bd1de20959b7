using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>What speaks for and against a record's label. Reference: records that are known to be right and that the
/// model has not trained on.</summary>
internal sealed class LabelEvidence
{
    /// <summary>Names of the features, in their order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "margin of scores", "self-confidence over the class threshold", "margin over the class thresholds",
        "log self-confidence", "entropy", "distance to the label's class", "nearest other class less the label's class",
        "neighbours with another label", "the same, near ones weighing more", "distance of neighbours",
    ];

    private readonly Embedded reference;
    private readonly int[] labels;
    private readonly Temperature temperature;
    private readonly double[] thresholds;
    private readonly ClassGeometry geometry;

    public LabelEvidence(Embedded reference, int[] labels, Temperature temperature)
    {
        this.reference = reference;
        this.labels = labels;
        this.temperature = temperature;
        geometry = new ClassGeometry(reference, labels);
        thresholds = Thresholds();
    }

    public int Classes => reference.Classes;

    /// <param name="self">Place of the record in the reference, where it is one of them; else -1.</param>
    public RecordView View(Embedded embedded, int index, int self = -1) => new(
        embedded.ScoresOf(index).ToArray(), temperature.Probabilities(embedded.ScoresOf(index)),
        Neighbours.Of(reference, labels, embedded.Vector(index), self),
        [.. Enumerable.Range(0, Classes).Select(c => geometry.Distance(embedded.Vector(index), c))]);

    public float[] Features(RecordView view, int label)
    {
        double bestOther = double.NegativeInfinity;
        double marginOther = double.NegativeInfinity;
        double nearestOther = double.PositiveInfinity;
        double entropy = 0;
        for (int c = 0; c < Classes; c++)
        {
            double p = view.Probabilities[c];
            entropy -= p > 0 ? p * Math.Log(p) : 0;
            if (c != label)
            {
                bestOther = Math.Max(bestOther, view.Scores[c]);
                marginOther = Math.Max(marginOther, p - thresholds[c]);
                nearestOther = Math.Min(nearestOther, view.Distances[c]);
            }
        }

        double self = view.Probabilities[label];
        return
        [
            (float)((view.Scores[label] - bestOther) / temperature.Value),
            (float)(self - thresholds[label]),
            (float)(self - thresholds[label] - marginOther),
            (float)Math.Log(Math.Max(self, 1e-9)),
            (float)(entropy / Math.Log(Classes)),
            (float)view.Distances[label],
            (float)(nearestOther - view.Distances[label]),
            (float)(view.Near.PerClass.Sum() - view.Near.PerClass[label]) / Neighbours.Count,
            (float)(1 - view.Near.Weighted[label]),
            (float)view.Near.MeanDistance,
        ];
    }

    /// <summary>Mean probability of a class over the records that carry it (Northcutt, Jiang and Chuang, "Confident
    /// learning", JAIR 70, 2021, eq. 2).</summary>
    private double[] Thresholds()
    {
        var sums = new double[Classes];
        var counts = new int[Classes];
        for (int i = 0; i < labels.Length; i++)
        {
            sums[labels[i]] += temperature.Probabilities(reference.ScoresOf(i))[labels[i]];
            counts[labels[i]]++;
        }

        return [.. sums.Select((s, c) => counts[c] == 0 ? 0.5 : s / counts[c])];
    }
}

/// <summary>What the model and the reference say about a record before its label is looked at.</summary>
internal sealed record RecordView(
    float[] Scores, ImmutableArray<double> Probabilities, Neighbours Near, double[] Distances);
