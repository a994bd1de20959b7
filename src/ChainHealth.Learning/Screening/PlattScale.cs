namespace ChainHealth.Learning;

/// <summary>Logistic curve from a classifier's score to a probability (Platt, "Probabilistic outputs for support vector
/// machines", 1999), fitted on scores that the classifier gave records it was not trained on.</summary>
internal sealed record PlattScale(double Slope, double Offset)
{
    private const int Steps = 60;
    private const int Halvings = 20;
    private const double Ridge = 1e-3;

    public double Probability(double score) => 1 / (1 + Math.Exp(-((Slope * score) + Offset)));

    /// <summary>Newton's method with halved steps on the log likelihood. Each kind of record weighs half of all, and
    /// Platt's targets keep perfect separation from ending in infinity.</summary>
    public static PlattScale Fit(IReadOnlyList<double> scores, IReadOnlyList<bool> positive)
    {
        int positives = positive.Count(p => p);
        int negatives = positive.Count - positives;
        var examples = scores.Select((s, i) => new Example(
            s, positive[i] ? (positives + 1.0) / (positives + 2.0) : 1.0 / (negatives + 2.0),
            0.5 / (positive[i] ? positives : negatives))).ToArray();
        var best = new PlattScale(0, 0);
        double loss = best.Loss(examples);
        for (int step = 0; step < Steps; step++)
        {
            (double slope, double offset) = best.NewtonStep(examples);
            double share = 1;
            PlattScale next = best;
            double nextLoss = double.PositiveInfinity;
            for (int half = 0; half < Halvings && !(nextLoss < loss); half++, share /= 2)
            {
                next = new PlattScale(best.Slope + (share * slope), best.Offset + (share * offset));
                nextLoss = next.Loss(examples);
            }

            if (!(nextLoss < loss - 1e-12))
            {
                break;
            }

            (best, loss) = (next, nextLoss);
        }

        return best;
    }

    private double Loss(Example[] examples)
    {
        double sum = Ridge * Slope * Slope / 2;
        foreach (Example e in examples)
        {
            double z = (Slope * e.Score) + Offset;
            sum += e.Weight * (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (e.Target * z));
        }

        return sum;
    }

    private (double Slope, double Offset) NewtonStep(Example[] examples)
    {
        double gs = -Ridge * Slope, go = 0, ss = Ridge, so = 0, oo = 1e-9;
        foreach (Example e in examples)
        {
            double p = Probability(e.Score);
            double away = e.Weight * (e.Target - p);
            double curve = e.Weight * p * (1 - p);
            gs += away * e.Score;
            go += away;
            ss += curve * e.Score * e.Score;
            so += curve * e.Score;
            oo += curve;
        }

        double determinant = (ss * oo) - (so * so);
        return (((gs * oo) - (go * so)) / determinant, ((go * ss) - (gs * so)) / determinant);
    }

    private readonly record struct Example(double Score, double Target, double Weight);
}
