using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Counts, ranges and a quality report of a data set. Images shown are of the public test split.</summary>
internal static class DatasetSummaries
{
    private const int SamplesPerClass = 4;
    private const int SamplesMax = 24;
    private const int SideMax = 64;

    /// <param name="own">The training records of a hospital; null at a provider.</param>
    public static DatasetSummary Of(Dataset dataset, Records? own)
    {
        var splits = ImmutableArray.CreateBuilder<SplitSummary>();
        if (own is not null)
        {
            splits.Add(new SplitSummary("Own training records", true, [.. own.CountPerClass()]));
        }

        splits.Add(new SplitSummary("Validation, public", false, [.. dataset.Validation.CountPerClass()]));
        splits.Add(new SplitSummary("Test, public", false, [.. dataset.Test.CountPerClass()]));
        return new DatasetSummary(
            dataset.Name, dataset.Provenance, dataset.Licence, dataset.Verified, dataset.Schema.Shape,
            dataset.Schema.ClassNames,
            [.. dataset.Schema.Columns.Select(c =>
                new ColumnSummary(c.Name, c.Min, c.Max, c.Mean, c.Deviation, c.Whole))],
            splits.ToImmutable(), Samples(dataset), [.. QualityReport.Of(dataset, own)]);
    }

    private static ImmutableArray<SampleImage> Samples(Dataset dataset)
    {
        TensorShape shape = dataset.Schema.Shape;
        if (dataset.Schema.IsTable || shape.Height > SideMax || shape.Width > SideMax || shape.Channels is not (1 or 3))
        {
            return [];
        }

        return
        [
            .. Enumerable.Range(0, dataset.Test.Count).GroupBy(i => dataset.Test.Labels[i])
                .OrderBy(g => g.Key).SelectMany(g => g.Take(SamplesPerClass)).Take(SamplesMax)
                .Select(i => new SampleImage(dataset.Test.Labels[i], new ByteString(Pixels(dataset.Test[i])))),
        ];
    }

    private static byte[] Pixels(ReadOnlySpan<float> values)
    {
        var pixels = new byte[values.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = InputScale.ToPixel(values[i]);
        }

        return pixels;
    }
}
