using System.Globalization;
using System.Runtime.InteropServices;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>What a careful person would look at before training: provenance, balance, size, repetitions, leaks from
/// training into the test, empty columns.</summary>
internal static class QualityReport
{
    private const double RareShare = 0.1;
    private const int FewRecords = 100;

    public static IEnumerable<Finding> Of(Dataset dataset, Records? own)
    {
        yield return dataset.Verified
            ? new Finding(FindingLevel.Good, "The file is byte for byte the one that its publisher describes.")
            : new Finding(FindingLevel.Notice, "The file is not one of the catalog: nobody vouches for its content.");
        Records looked = own ?? dataset.Validation;
        string part = own is null ? "validation" : "training";
        yield return Balance(dataset, looked, part);
        if (looked.Count < FewRecords)
        {
            yield return new Finding(
                FindingLevel.Notice,
                $"Only {looked.Count} {part} records: figures will scatter from round to round.");
        }

        HashSet<Digest> known = Hashes(looked, out int repeated);
        yield return repeated == 0
            ? new Finding(FindingLevel.Good, $"No {part} record stands twice.")
            : new Finding(
                FindingLevel.Notice,
                $"{repeated} of {looked.Count} {part} records repeat another one ({Percent(repeated, looked.Count)}).");
        int leaked = Enumerable.Range(0, dataset.Test.Count).Count(i => known.Contains(HashOf(dataset.Test[i])));
        yield return leaked == 0
            ? new Finding(FindingLevel.Good, $"No {part} record stands in the test split: the figures are fair.")
            : new Finding(
                FindingLevel.Warning,
                $"{leaked} test records stand among the {part} records too: the figures flatter.");
        foreach (ColumnRange column in dataset.Schema.Columns.Where(c => c.Min >= c.Max))
        {
            yield return new Finding(FindingLevel.Notice, $"Column '{column.Name}' always holds the same value.");
        }
    }

    private static Finding Balance(Dataset dataset, Records records, string part)
    {
        int[] counts = records.CountPerClass();
        int least = Array.IndexOf(counts, counts.Min());
        string name = dataset.Schema.ClassNames[least];
        return counts[least] == 0
            ? new Finding(FindingLevel.Warning, $"The {part} records hold no '{name}': it cannot be learned from them.")
            : counts[least] < records.Count * RareShare
                ? new Finding(
                    FindingLevel.Notice, $"'{name}' is rare: {Percent(counts[least], records.Count)} of the {part} "
                        + "records. Training weighs it up.")
                : new Finding(
                    FindingLevel.Good, $"The classes are balanced enough: the rarest, '{name}', has "
                        + $"{Percent(counts[least], records.Count)}.");
    }

    private static HashSet<Digest> Hashes(Records records, out int repeated)
    {
        var known = new HashSet<Digest>();
        for (int i = 0; i < records.Count; i++)
        {
            known.Add(HashOf(records[i]));
        }

        repeated = records.Count - known.Count;
        return known;
    }

    private static Digest HashOf(ReadOnlySpan<float> values) => Digest.Sha256(MemoryMarshal.AsBytes(values));

    private static string Percent(int part, int all) =>
        (100.0 * part / all).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
