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

    /// <summary>The hospital's records, then the anchors.</summary>
    public static Records Join(Records own, Records anchors) => anchors.Count == 0 ? own : new Records(
        own.Shape, own.Classes, [.. own.Values, .. anchors.Values], [.. own.Labels, .. anchors.Labels]);
}
