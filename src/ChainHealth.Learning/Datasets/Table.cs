using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>A table as read, before standardising: rows x features, NaN for a missing cell, and one label per row.
/// </summary>
public sealed record Table(
    ImmutableArray<string> FeatureNames, ImmutableArray<string> ClassNames, double[][] Rows, int[] Labels)
{
    public const int RowsMax = 1_000_000;
    public const int ColumnsMax = 1024;
    public const long FileBytesMax = 1L << 28;

    public const ulong SplitSeed = 20_240_229;

    /// <summary>The table without the named column.</summary>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Table Without(string column)
    {
        int at = Column(column);
        return this with
        {
            FeatureNames = FeatureNames.RemoveAt(at),
            Rows = [.. Rows.Select(r => r.Where((_, i) => i != at).ToArray())],
        };
    }

    /// <summary>Zeros of the named column taken as missing.</summary>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Table ZeroIsMissing(string column)
    {
        int at = Column(column);
        return this with
        {
            Rows = [.. Rows.Select(r => r.Select((v, i) => i == at && v == 0 ? double.NaN : v).ToArray())],
        };
    }

    /// <summary>Stratified, seeded splits of 60, 20 and 20 %; each column standardised with mean and deviation of the
    /// training split; a missing cell becomes the training mean, 0.</summary>
    /// <exception cref="DatasetException">A class has fewer than five rows.</exception>
    public Dataset ToDataset(string name, string where, ulong seed = SplitSeed)
    {
        var parts = StratifiedSplit.Of(Labels, ClassNames, where, seed);
        ImmutableArray<ColumnRange> columns = [.. FeatureNames.Select((_, c) => Statistics(parts.Train, c))];
        var shape = new TensorShape(1, 1, FeatureNames.Length);
        return new Dataset(name, new DatasetSchema(shape, ClassNames, FeatureNames) { Columns = columns },
            Build(parts.Train), Build(parts.Validation), Build(parts.Test));

        Records Build(int[] places) => new(shape, ClassNames.Length,
            [.. places.SelectMany(p => Rows[p].Select((v, c) => Standardise(v, columns[c])))],
            [.. places.Select(p => Labels[p])]);
    }

    private int Column(string column)
    {
        int at = FeatureNames.IndexOf(column);
        return at >= 0 ? at : throw new DatasetException(
            $"there is no column '{column}'; there are: {string.Join(", ", FeatureNames)}");
    }

    private ColumnRange Statistics(int[] places, int c)
    {
        double[] present = [.. places.Select(p => Rows[p][c]).Where(v => !double.IsNaN(v))];
        double count = Math.Max(present.Length, 1);
        double mean = present.Sum() / count;
        double deviation = Math.Sqrt(present.Sum(v => (v - mean) * (v - mean)) / count);
        return new ColumnRange(
            FeatureNames[c], present.DefaultIfEmpty(0).Min(), present.DefaultIfEmpty(0).Max(), mean, deviation,
            Array.TrueForAll(present, double.IsInteger));
    }

    /// <summary>As training sees it: 0 where the cell is missing (NaN) or the column says nothing.</summary>
    public static float Standardise(double value, ColumnRange column) =>
        InputScale.OfCell(value, column.Mean, column.Deviation);
}
