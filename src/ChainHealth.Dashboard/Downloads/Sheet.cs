using System.Collections.Immutable;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>A table to be downloaded: text, whole numbers, reals, truth values or nothing in each cell.</summary>
public sealed record Sheet(
    string Name, ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<object?>> Rows);
