using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>Split conformal prediction (Vovk and others, 2005; Angelopoulos and Bates, arXiv 2107.07511): every class
/// whose probability reaches <paramref name="Least"/> stays possible. Of records like the calibrating ones, the truth
/// is among the possible classes in the promised share. One class possible: a diagnosis; none or several: unsure.
/// </summary>
public sealed record UnsureBand(double Least)
{
    /// <summary>Share of records whose truth stays among the possible classes.</summary>
    public const double Coverage = 0.95;

    /// <summary>Finite-sample quantile of 1 - p(truth) over the calibrating records.</summary>
    public static UnsureBand Fit(IReadOnlyList<double> truthProbabilities)
    {
        double[] scores = [.. truthProbabilities.Select(p => 1 - p).Order()];
        int rank = (int)Math.Ceiling((scores.Length + 1) * Coverage);
        return new UnsureBand(rank > scores.Length ? 0 : 1 - scores[rank - 1]);
    }

    public ImmutableArray<int> Possible(ImmutableArray<double> probabilities) =>
        [.. Enumerable.Range(0, probabilities.Length).Where(c => probabilities[c] >= Least)];
}
