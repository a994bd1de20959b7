using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Records that somebody wants judged, with or without labels.</summary>
/// <param name="Records">Standardised or scaled as training sees them; a missing label stands as 0.</param>
/// <param name="Labels">-1 where none came along.</param>
/// <param name="Names">What a person calls each.</param>
/// <param name="Raw">Of tables: the cells as written, NaN for a missing one; else null.</param>
/// <param name="Numbers">Of a table with a column "record": number in the anchored data set, -1 for none.</param>
public sealed record SubmittedRecords(
    Records Records, int[] Labels, ImmutableArray<string> Names, double[][]? Raw, int[] Numbers)
{
    /// <summary>By the file's ending.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="name">What a person calls it; stands in messages.</param>
    /// <exception cref="DatasetException">What is wrong, with line and column where there are any.</exception>
    public static SubmittedRecords Read(string path, string name, DatasetSchema schema, int recordsMax)
    {
        string ending = Path.GetExtension(name).ToUpperInvariant();
        return (ending, schema.IsTable) switch
        {
            (".CSV", true) => SubmittedTable.Read(path, name, schema, recordsMax),
            (_, true) => throw new DatasetException($"{name}: this data set takes tables (.csv), not '{ending}' files"),
            (".CSV", false) => throw new DatasetException($"{name}: this data set takes images, not tables"),
            (".PNG" or ".JPG" or ".JPEG", _) => SubmittedImages.ReadOne(path, name, schema),
            (".NPZ", _) => SubmittedImages.ReadArrays(path, name, schema, recordsMax),
            (".ZIP", _) => SubmittedImages.ReadArchive(path, name, schema, recordsMax),
            _ => throw new DatasetException($"{name}: .csv, .npz, .zip, .png and .jpg files are read, not '{ending}'"),
        };
    }
}
