namespace ChainHealth.Learning;

/// <summary>Area under the ROC curve as the Mann-Whitney statistic: the share of (positive, negative) pairs that the
/// score orders rightly, ties counted half.</summary>
public static class RocArea
{
    /// <summary>Mean over classes of one against the rest, on softmax probabilities; NaN where no class has both.
    /// </summary>
    public static double Macro(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes)
    {
        var probability = new double[labels.Length];
        var positive = new bool[labels.Length];
        double sum = 0;
        int counted = 0;
        for (int c = 0; c < classes; c++)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                probability[i] = LogOdds(scores.Slice(i * classes, classes), c);
                positive[i] = labels[i] == c;
            }

            double area = Binary(probability, positive);
            if (!double.IsNaN(area))
            {
                sum += area;
                counted++;
            }
        }

        return counted == 0 ? double.NaN : sum / counted;
    }

    /// <summary>NaN where all records are of one kind.</summary>
    public static double Binary(double[] scores, bool[] positive)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        double rankSum = 0;
        for (int from = 0; from < order.Length;)
        {
            int to = from;
            int positives = 0;
            while (to < order.Length && scores[order[to]] == scores[order[from]])
            {
                positives += positive[order[to]] ? 1 : 0;
                to++;
            }

            // Tied records share the mean of the ranks from + 1 .. to.
            rankSum += positives * ((from + 1 + to) / 2.0);
            from = to;
        }

        double p = positive.Count(x => x);
        double n = positive.Length - p;
        return p == 0 || n == 0 ? double.NaN : (rankSum - (p * (p + 1) / 2)) / (p * n);
    }

    // Orders as the softmax probability does, without saturating: score - log sum of the others.
    internal static double LogOdds(ReadOnlySpan<float> row, int c)
    {
        double max = double.NegativeInfinity;
        for (int k = 0; k < row.Length; k++)
        {
            max = k != c ? Math.Max(max, row[k]) : max;
        }

        double sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            sum += k != c ? Math.Exp(row[k] - max) : 0;
        }

        return row[c] - max - Math.Log(sum);
    }
}
