namespace ChainHealth.Learning;

/// <summary>A few public, labelled records of each class, which the provider publishes and every hospital mixes into
/// its training (data sharing: Zhao and others, "Federated learning with non-IID data", 2018). A hospital that holds
/// one class only then still trains a model that knows all of them, and an honest update looks honest.</summary>
public static class AnchorRecords
{
    /// <summary>The same records for everybody who has the data set.</summary>
    private const ulong Seed = 0x616E63686F72;

    /// <summary>Takes so many records of each class out of the training split (fewer where a class has fewer than
    /// twice as many).</summary>
    /// <returns>The anchors, and the data set without them.</returns>
    public static (Records Anchors, Dataset Remaining) Split(Dataset dataset, int perClass)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perClass);
        Records train = dataset.Train;
        int[] order = [.. Enumerable.Range(0, train.Count)];
        SeededRandom.For(Seed, dataset.Name).Shuffle(order);
        int[] counts = train.CountPerClass();
        var chosen = new HashSet<int>(Enumerable.Range(0, train.Classes).SelectMany(c =>
            order.Where(place => train.Labels[place] == c).Take(Math.Min(perClass, counts[c] / 2))));
        int[] rest = [.. Enumerable.Range(0, train.Count).Where(place => !chosen.Contains(place))];
        return (train.Take([.. chosen.Order()]), dataset with { Train = train.Take(rest) });
    }

    /// <summary>The hospital's records, then the anchors, those of each class so often that they are at least half of
    /// it. What an honest hospital trains then depends on its own records no more where it holds thousands than where
    /// it holds fifty, and one least cosine fits both.</summary>
    public static Records Join(Records own, Records anchors)
    {
        if (anchors.Count == 0)
        {
            return own;
        }

        int[] have = own.CountPerClass();
        Records repeated = anchors.Take([.. Enumerable.Range(0, own.Classes).SelectMany(c => Repeated(
            [.. Enumerable.Range(0, anchors.Count).Where(place => anchors.Labels[place] == c)], have[c]))]);
        return new Records(
            own.Shape, own.Classes, [.. own.Values, .. repeated.Values], [.. own.Labels, .. repeated.Labels]);
    }

    /// <summary>All of them, and again from the first on where those are less than so many.</summary>
    private static IEnumerable<int> Repeated(int[] places, int least) => places.Length == 0 ? []
        : Enumerable.Range(0, Math.Max(places.Length, least)).Select(i => places[i % places.Length]);
}
