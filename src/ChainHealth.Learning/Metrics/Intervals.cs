namespace ChainHealth.Learning;

/// <summary>Low and high end of an interval.</summary>
public readonly record struct Interval(double Low, double High);

/// <summary>Confidence intervals at 95 %.</summary>
public static class Intervals
{
    private const double Z = 1.959963984540054;
    private const int Resamples = 2000;

    /// <summary>Of a share: Wilson's score interval (JASA 22, 1927), which stays sensible at 0 and at all of
    /// them.</summary>
    public static Interval Wilson(int hits, int of)
    {
        if (of == 0)
        {
            return new Interval(0, 1);
        }

        double share = (double)hits / of;
        double centre = share + (Z * Z / (2 * of));
        double half = Z * Math.Sqrt((share * (1 - share) / of) + (Z * Z / (4.0 * of * of)));
        double scale = 1 + (Z * Z / of);
        return new Interval(Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }

    /// <summary>Of a mean: the percentiles 2.5 and 97.5 of the means of resamples (Efron, Annals of Statistics 7,
    /// 1979). One value has no spread: both ends are that value.</summary>
    public static Interval Bootstrap(IReadOnlyList<double> values, ulong seed = 1)
    {
        if (values.Count == 0)
        {
            return new Interval(double.NaN, double.NaN);
        }

        var random = SeededRandom.For(seed, "bootstrap");
        var means = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < values.Count; i++)
            {
                sum += values[random.NextBelow(values.Count)];
            }

            means[r] = sum / values.Count;
        }

        Array.Sort(means);
        return new Interval(means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples) - 1]);
    }
}
