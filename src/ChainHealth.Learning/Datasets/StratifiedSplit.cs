using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>60 % training, 20 % validation, 20 % test, class by class, for sets that come without splits.</summary>
internal static class StratifiedSplit
{
    private const int PerClassMin = 5;

    public static (int[] Train, int[] Validation, int[] Test) Of(
        int[] labels, ImmutableArray<string> classNames, string where, ulong seed)
    {
        var random = SeededRandom.For(seed, "train-validation-test");
        List<int>[] parts = [[], [], []];
        for (int c = 0; c < classNames.Length; c++)
        {
            int[] places = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == c)];
            if (places.Length < PerClassMin)
            {
                throw new DatasetException($"{where}: class {c} ({classNames[c]}) has {places.Length} records, "
                    + $"at least {PerClassMin} are needed");
            }

            random.Shuffle(places);
            int fifth = places.Length / 5;
            parts[1].AddRange(places[..fifth]);
            parts[2].AddRange(places[fifth..(2 * fifth)]);
            parts[0].AddRange(places[(2 * fifth)..]);
        }

        int[][] shuffled = [.. parts.Select(p => p.ToArray())];
        foreach (int[] part in shuffled)
        {
            random.Shuffle(part);
        }

        return (shuffled[0], shuffled[1], shuffled[2]);
    }
}
