namespace ChainHealth.Learning;

/// <summary>The provider's labelled records, in two disjoint parts.</summary>
/// <param name="Judged">Shared in secret: updates are judged on records drawn from it.</param>
/// <param name="Reference">Kept by the provider: it trains the reference update on them.</param>
public sealed record ProviderPool(Records Judged, Records Reference)
{
    public const int JudgedDefault = 200;
    private const int ReferenceShare = 3;

    /// <summary>Divides the validation split: a third of each class, at least, is the reference; from the others
    /// <paramref name="judged"/> records are drawn, the same number of each class as far as the classes reach, and what
    /// is not drawn is reference too: the more records, the truer its direction.</summary>
    public static ProviderPool Of(Dataset dataset, ulong seed, int judged = JudgedDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(judged, 1);
        Records from = dataset.Validation;
        var random = SeededRandom.For(seed, "provider-pool");
        var queues = new List<Queue<int>>();
        for (int c = 0; c < from.Classes; c++)
        {
            int[] places = [.. Enumerable.Range(0, from.Count).Where(i => from.Labels[i] == c)];
            random.Shuffle(places);
            queues.Add(new Queue<int>(places[((places.Length + ReferenceShare - 1) / ReferenceShare)..]));
        }

        var chosen = new List<int>();
        while (chosen.Count < judged && queues.Exists(q => q.Count > 0))
        {
            foreach (Queue<int> queue in queues.Where(q => q.Count > 0).Take(judged - chosen.Count))
            {
                chosen.Add(queue.Dequeue());
            }
        }

        int[] order = [.. chosen];
        random.Shuffle(order);
        return new ProviderPool(
            from.Take(order), from.Take([.. Enumerable.Range(0, from.Count).Except(chosen)]));
    }
}
