namespace ChainHealth.Federation;

/// <summary>What the draw of a check does by chance (ROUND.md, "Sampling error"). The updated and the global model
/// answer the same drawn records, so only records on which they differ count: an honest update that is worse on a share
/// w of all records and better on a share b is refused where worse - better exceeds margin * draw.</summary>
public static class SamplingError
{
    /// <summary>Probability that an update is refused by one comparison, exactly: the sum over the distribution of
    /// worse minus better among the drawn records (independent draws from a large pool; from a small one the chance is
    /// less).</summary>
    /// <param name="draw">Records; of a class, for recall.</param>
    /// <param name="marginPerMille">Of the comparison.</param>
    /// <param name="worse">Share of all records that only the global model answers correctly, 0..1.</param>
    /// <param name="better">Share that only the updated model answers correctly.</param>
    public static double FalseRefusal(int draw, int marginPerMille, double worse, double better)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draw, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(worse + better, 1);
        var lead = new double[(2 * draw) + 1];
        lead[draw] = 1;
        for (int record = 0; record < draw; record++)
        {
            var next = new double[lead.Length];
            for (int i = draw - record; i <= draw + record; i++)
            {
                next[i] += lead[i] * (1 - worse - better);
                next[i + 1] += lead[i] * worse;
                next[i - 1] += lead[i] * better;
            }

            lead = next;
        }

        return Enumerable.Range(0, lead.Length)
            .Where(i => 1000L * (i - draw) > (long)marginPerMille * draw).Sum(i => lead[i]);
    }

    /// <summary>A bound whatever the shares are, where the update truly is worse by at most <paramref name="loss"/>:
    /// exp(-draw (margin - loss)^2 / 2) (Hoeffding, for differences of -1, 0 and 1; holds for draws without
    /// replacement too).</summary>
    public static double Bound(int draw, int marginPerMille, double loss)
    {
        double room = Math.Max(0, (marginPerMille / 1000.0) - loss);
        return Math.Exp(-draw * room * room / 2);
    }
}
