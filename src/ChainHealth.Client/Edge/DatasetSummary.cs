using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A column of a table, over its training split before standardising.</summary>
/// <param name="Whole">Every value is a whole number.</param>
public sealed record ColumnSummary(string Name, double Min, double Max, double Mean, double Deviation, bool Whole);

/// <summary>How many records of each class a part of the data set has.</summary>
/// <param name="Private">It belongs to this institution alone; else it is the public test or validation split.</param>
public sealed record SplitSummary(string Name, bool Private, ImmutableArray<int> PerClass)
{
    public int Records => PerClass.Sum();
}

/// <summary>An image of the public test split, one byte for each value, channel first.</summary>
public sealed record SampleImage(int Label, ByteString Pixels);

public enum FindingLevel : byte
{
    Good = 1,
    Notice = 2,
    Warning = 3,
}

/// <summary>A sentence of the quality report.</summary>
public sealed record Finding(FindingLevel Level, string Text);

/// <summary>What is in the data set that an edge server uses: counts and ranges, never a record of a patient.</summary>
/// <param name="Columns">Empty for images.</param>
/// <param name="Samples">Empty for tables.</param>
public sealed record DatasetSummary(
    string Name, string Provenance, string Licence, bool Verified, TensorShape Shape,
    ImmutableArray<string> ClassNames, ImmutableArray<ColumnSummary> Columns, ImmutableArray<SplitSummary> Splits,
    ImmutableArray<SampleImage> Samples, ImmutableArray<Finding> Findings)
{
    public static EdgeCodec<DatasetSummary> Codec { get; } = new(Write, Read);

    public bool IsTable => !Columns.IsEmpty;

    private static void Write(CanonicalWriter writer, DatasetSummary d)
    {
        writer.Name(d.Name).Line(d.Provenance).Line(d.Licence).Bool(d.Verified)
            .Int32(d.Shape.Channels).Int32(d.Shape.Height).Int32(d.Shape.Width)
            .List(d.ClassNames, (w, name) => w.Name(name))
            .List(d.Columns, (w, c) => w.Name(c.Name).Double(c.Min).Double(c.Max).Double(c.Mean).Double(c.Deviation)
                .Bool(c.Whole))
            .List(d.Splits, (w, s) => w.Name(s.Name).Bool(s.Private).List(s.PerClass, (v, n) => v.Int32(n)))
            .List(d.Samples, (w, s) => w.Int32(s.Label).Bytes(s.Pixels.Span))
            .List(d.Findings, (w, f) => w.Byte((byte)f.Level).Line(f.Text));
    }

    private static DatasetSummary Read(ref CanonicalReader r) => new(
        r.Text(EdgeLimits.NameBytesMax), r.Text(EdgeLimits.TextBytesMax), r.Text(EdgeLimits.TextBytesMax), r.Bool(),
        new TensorShape(Side(ref r), Side(ref r), Side(ref r)),
        r.List(EdgeLimits.ClassesMax, (ref CanonicalReader i) => i.Text(EdgeLimits.NameBytesMax)),
        r.List(EdgeLimits.ColumnsMax, ReadColumn),
        r.List(EdgeLimits.SplitsMax, ReadSplit),
        r.List(EdgeLimits.SamplesMax, (ref CanonicalReader i) => new SampleImage(
            EdgeText.Number(ref i, 0, EdgeLimits.ClassesMax), new ByteString(
                i.Bytes(EdgeLimits.SampleBytesMax).ToArray()))),
        r.List(EdgeLimits.FindingsMax, (ref CanonicalReader i) =>
            new Finding(i.Enum<FindingLevel>(), i.Text(EdgeLimits.TextBytesMax))));

    private static int Side(ref CanonicalReader r) => EdgeText.Number(ref r, 1, 4096);

    private static ColumnSummary ReadColumn(ref CanonicalReader r) => new(
        r.Text(EdgeLimits.NameBytesMax), EdgeText.Double(ref r), EdgeText.Double(ref r), EdgeText.Double(ref r),
        EdgeText.Double(ref r), r.Bool());

    private static SplitSummary ReadSplit(ref CanonicalReader r) => new(
        r.Text(EdgeLimits.NameBytesMax), r.Bool(),
        r.List(EdgeLimits.ClassesMax, (ref CanonicalReader i) => EdgeText.Number(ref i, 0, 10_000_000)));
}

/// <summary>A data set that an edge server can use.</summary>
/// <param name="Uploaded">It came by upload, not from the catalog.</param>
/// <param name="InUse">It is the one in use.</param>
public sealed record DatasetOffer(string Name, string Title, string Licence, bool Uploaded, bool InUse)
{
    public static EdgeCodec<ImmutableArray<DatasetOffer>> ListCodec { get; } = new(
        (w, offers) => w.List(offers, (v, o) =>
            v.Name(o.Name).Line(o.Title).Line(o.Licence).Bool(o.Uploaded).Bool(o.InUse)),
        (ref CanonicalReader r) => r.List(EdgeLimits.DatasetsMax, (ref CanonicalReader i) => new DatasetOffer(
            i.Text(EdgeLimits.NameBytesMax), i.Text(EdgeLimits.TextBytesMax), i.Text(EdgeLimits.TextBytesMax),
            i.Bool(), i.Bool())));
}
