namespace ChainHealth.Learning;

/// <summary>Which records each step of local training sees.</summary>
internal sealed class Minibatches(Records records, TrainingOptions options, SeededRandom random)
{
    private readonly int[] _order = [.. Enumerable.Range(0, records.Count)];

    /// <summary>Steps of a round.</summary>
    public int Count => options.BalancedSteps > 0
        ? options.BalancedSteps
        : options.Epochs * ((records.Count + options.BatchSize - 1) / options.BatchSize);

    /// <summary>The batches of a round, as places of records.</summary>
    public IEnumerable<int[]> All() => options.BalancedSteps > 0
        ? Balanced() : Enumerable.Range(0, options.Epochs).SelectMany(_ => Shuffled());

    private IEnumerable<int[]> Shuffled()
    {
        random.Shuffle(_order);
        return _order.Chunk(options.BatchSize);
    }

    /// <summary>Each place of a batch belongs to the next class; a class deals its records out in random order and
    /// begins again when they are used up.</summary>
    private IEnumerable<int[]> Balanced()
    {
        int[][] classes = [.. Enumerable.Range(0, records.Classes)
            .Select(c => _order.Where(place => records.Labels[place] == c).ToArray()).Where(c => c.Length > 0)];
        int[] next = [.. classes.Select(c => c.Length)];
        int turn = 0;
        for (int step = 0; step < options.BalancedSteps; step++)
        {
            var batch = new int[options.BatchSize];
            for (int i = 0; i < batch.Length; i++)
            {
                int c = turn++ % classes.Length;
                if (next[c] == classes[c].Length)
                {
                    random.Shuffle(classes[c]);
                    next[c] = 0;
                }

                batch[i] = classes[c][next[c]++];
            }

            yield return batch;
        }
    }
}
