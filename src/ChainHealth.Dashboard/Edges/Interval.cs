namespace ChainHealth.Dashboard.Edges;

/// <summary>A share with its 95 % confidence interval after Wilson ("Probable inference", JASA 22, 1927), which stays
/// within 0..1 and is honest for small counts.</summary>
public readonly record struct Interval(double Share, double Low, double High)
{
    /// <summary>Quantile of the normal distribution for 95 %.</summary>
    private const double Z = 1.959964;

    public static Interval Of(int hits, int all)
    {
        if (all == 0)
        {
            return new Interval(0, 0, 1);
        }

        double share = (double)hits / all;
        double shrink = 1 + (Z * Z / all);
        double centre = (share + (Z * Z / (2 * all))) / shrink;
        double half = Z / shrink * Math.Sqrt((share * (1 - share) / all) + (Z * Z / (4.0 * all * all)));
        return new Interval(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Share * 100:0.0} % ({Low * 100:0.0} to {High * 100:0.0})");
}
