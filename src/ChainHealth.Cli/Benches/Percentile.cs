namespace ChainHealth.Cli;

/// <summary>Percentiles by nearest rank.</summary>
public static class Percentile
{
    /// <param name="sorted">Ascending.</param>
    /// <param name="percent">1 to 100.</param>
    /// <returns>Rounded to a tenth; 0 where there is no value.</returns>
    public static double Of(IReadOnlyList<double> sorted, int percent)
    {
        if (sorted.Count == 0)
        {
            return 0;
        }

        int rank = (int)Math.Ceiling(percent / 100.0 * sorted.Count);
        return Math.Round(sorted[Math.Clamp(rank - 1, 0, sorted.Count - 1)], 1);
    }
}
