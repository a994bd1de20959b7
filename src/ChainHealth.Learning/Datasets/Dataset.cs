using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>A column over the training split, missing cells left out.</summary>
/// <param name="Whole">Every value is a whole number.</param>
public sealed record ColumnRange(string Name, double Min, double Max, double Mean, double Deviation, bool Whole);

/// <summary>What a record looks like: its shape (tables are 1 x 1 x columns), what the labels mean, and for tables what
/// the columns are (empty for images).</summary>
public sealed record DatasetSchema(
    TensorShape Shape, ImmutableArray<string> ClassNames, ImmutableArray<string> FeatureNames)
{
    /// <summary>Of a table, in the order of its features: what a raw value is standardised with. Empty for
    /// images.</summary>
    public ImmutableArray<ColumnRange> Columns { get; init; } = [];

    public int Classes => ClassNames.Length;

    public bool IsTable => FeatureNames.Length > 0;
}

/// <summary>Normalised, labelled records in three disjoint splits. Images are scaled to -1..1; table columns are
/// standardised with mean and deviation of the training split alone.</summary>
public sealed record Dataset(
    string Name, DatasetSchema Schema, Records Train, Records Validation, Records Test)
{
    /// <summary>Who collected the records and where this copy came from.</summary>
    public string Provenance { get; init; } = "a file of the user";

    public string Licence { get; init; } = "not stated";

    /// <summary>True where the file's checksum is one that the catalog knows.</summary>
    public bool Verified { get; init; }

    public override string ToString() =>
        $"{Name} {Schema.Shape}, {Schema.Classes} classes, {Train.Count}/{Validation.Count}/{Test.Count} records";
}
