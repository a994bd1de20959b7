namespace ChainHealth.Learning;

/// <summary>The provider's labelled records on which the committee will judge updates.</summary>
public static class ValidationPool
{
    /// <summary>Draws <paramref name="size"/> records (fewer where the split holds fewer) from the validation split,
    /// the same number of each class as far as the classes reach; classes that run out leave their places to the
    /// others.
    /// </summary>
    /// <returns>The records, in shuffled order.</returns>
    public static Records Select(Dataset dataset, int size, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Records from = dataset.Validation;
        var random = SeededRandom.For(seed, "validation-pool");
        var queues = new List<Queue<int>>();
        for (int c = 0; c < from.Classes; c++)
        {
            int[] places = [.. Enumerable.Range(0, from.Count).Where(i => from.Labels[i] == c)];
            random.Shuffle(places);
            queues.Add(new Queue<int>(places));
        }

        var chosen = new List<int>();
        while (chosen.Count < size && queues.Exists(q => q.Count > 0))
        {
            foreach (Queue<int> queue in queues.Where(q => q.Count > 0).Take(size - chosen.Count))
            {
                chosen.Add(queue.Dequeue());
            }
        }

        int[] order = [.. chosen];
        random.Shuffle(order);
        return from.Take(order);
    }
}
