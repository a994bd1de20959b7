namespace ChainHealth.Learning;

/// <summary>Deals the records of one split out to hospitals: every record to exactly one. The result depends on labels,
/// numbers and seed alone, bit for bit on every platform.</summary>
public static class HospitalSplit
{
    public const int HospitalsMax = 256;
    public const int RecordsMin = 8;

    /// <summary>Even and stratified: each class is shuffled and dealt round robin, the next class beginning where the
    /// last one stopped, so that sizes differ by at most one.</summary>
    /// <exception cref="DatasetException">Too few records for that many hospitals.</exception>
    public static int[][] Iid(IReadOnlyList<int> labels, int classes, int hospitals, ulong seed)
    {
        Check(labels.Count, hospitals, 1);
        var random = SeededRandom.For(seed, "split-iid");
        var parts = Empty(hospitals);
        int next = 0;
        foreach (int[] places in PlacesPerClass(labels, classes, random))
        {
            foreach (int place in places)
            {
                parts[next++ % hospitals].Add(place);
            }
        }

        return Finish(parts, random);
    }

    /// <summary>Uneven: for each class the hospitals' proportions are drawn from Dirichlet(alpha, ..., alpha) (Hsu, Qi
    /// and Brown, "Measuring the effects of non-identical data distribution", 2019). Small alpha: a hospital sees few
    /// classes. A hospital left with fewer than <paramref name="recordsMin"/> records gets the missing ones, one by
    /// one, from whichever hospital has most.</summary>
    /// <exception cref="DatasetException">Alpha out of 0.01..1000, or too few records.</exception>
    public static int[][] Dirichlet(
        IReadOnlyList<int> labels, int classes, int hospitals, double alpha, ulong seed, int recordsMin = RecordsMin)
    {
        if (!(alpha is >= 0.01 and <= 1000))
        {
            throw new DatasetException($"alpha {alpha} is not in 0.01..1000");
        }

        Check(labels.Count, hospitals, recordsMin);
        var random = SeededRandom.For(seed, "split-dirichlet");
        var parts = Empty(hospitals);
        foreach (int[] places in PlacesPerClass(labels, classes, random))
        {
            DealByShares(places, Shares(hospitals, alpha, random), parts);
        }

        TopUp(parts, recordsMin);
        return Finish(parts, random);
    }

    private static double[] Shares(int hospitals, double alpha, SeededRandom random)
    {
        var shares = new double[hospitals];
        double sum = 0;
        for (int h = 0; h < hospitals; h++)
        {
            shares[h] = random.NextGamma(alpha) + 1e-290;
            sum += shares[h];
        }

        for (int h = 0; h < hospitals; h++)
        {
            shares[h] /= sum;
        }

        return shares;
    }

    private static void DealByShares(int[] places, double[] shares, List<int>[] parts)
    {
        double cumulated = 0;
        int from = 0;
        for (int h = 0; h < shares.Length; h++)
        {
            cumulated += shares[h];
            int to = h == shares.Length - 1 ? places.Length : (int)(cumulated * places.Length);
            for (; from < to; from++)
            {
                parts[h].Add(places[from]);
            }
        }
    }

    private static void TopUp(List<int>[] parts, int recordsMin)
    {
        foreach (List<int> part in parts)
        {
            while (part.Count < recordsMin)
            {
                List<int> largest = parts.MaxBy(p => p.Count)!;
                part.Add(largest[^1]);
                largest.RemoveAt(largest.Count - 1);
            }
        }
    }

    private static IEnumerable<int[]> PlacesPerClass(IReadOnlyList<int> labels, int classes, SeededRandom random)
    {
        for (int c = 0; c < classes; c++)
        {
            int[] places = [.. Enumerable.Range(0, labels.Count).Where(i => labels[i] == c)];
            random.Shuffle(places);
            yield return places;
        }
    }

    private static int[][] Finish(List<int>[] parts, SeededRandom random)
    {
        int[][] result = [.. parts.Select(p => p.ToArray())];
        foreach (int[] part in result)
        {
            random.Shuffle(part);
        }

        return result;
    }

    private static List<int>[] Empty(int hospitals) => [.. Enumerable.Range(0, hospitals).Select(_ => new List<int>())];

    private static void Check(int records, int hospitals, int recordsMin)
    {
        if (hospitals is < 1 or > HospitalsMax)
        {
            throw new DatasetException($"{hospitals} hospitals are not in 1..{HospitalsMax}");
        }

        if ((long)hospitals * recordsMin > records)
        {
            throw new DatasetException(
                $"{records} records are too few for {hospitals} hospitals with at least {recordsMin} each");
        }
    }
}
