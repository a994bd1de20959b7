using System.Collections.Immutable;
using System.Reflection;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>From what a person writes behind --dataset to records.</summary>
public static class DatasetLoader
{
    private const string EmbeddedWdbc = "ChainHealth.Learning.Embedded.breast_cancer.csv";

    private static readonly ImmutableArray<string> NucleusMeasures =
    [
        "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
        "symmetry", "fractal dimension",
    ];

    /// <param name="nameOrPath">A name of the catalog, an .npz, .csv or .arff file, or a folder of images in
    /// class-named sub-folders.</param>
    /// <param name="dataFolder">Where to look first for a set of the catalog.</param>
    /// <param name="imageShape">Shape to which the images of a folder are scaled; 1 x 28 x 28 unless told.</param>
    /// <exception cref="DatasetException">No such set, or a fault in it; the message is for a person.</exception>
    public static Dataset Load(string nameOrPath, string? dataFolder = null, TensorShape? imageShape = null)
    {
        DatasetFolders folders = DatasetFolders.Of(dataFolder);
        if (DatasetCatalog.Find(nameOrPath) is { } entry)
        {
            return LoadEntry(entry, folders);
        }

        if (Directory.Exists(nameOrPath))
        {
            return ImageFolderReader.Read(nameOrPath, imageShape ?? new TensorShape(1, 28, 28));
        }

        return File.Exists(nameOrPath) ? LoadFile(nameOrPath) : throw new DatasetException(
            $"'{nameOrPath}' is neither a file nor a folder nor a known data set ("
            + string.Join(", ", DatasetCatalog.Entries.Select(e => e.Name)) + ")");
    }

    private static Dataset LoadEntry(CatalogEntry entry, DatasetFolders folders)
    {
        if (entry.Embedded)
        {
            return Describe(EmbeddedTable().ToDataset(entry.Name, entry.Name), entry, verified: true);
        }

        string path = folders.Find(entry) ?? throw new DatasetException(
            $"data set '{entry.Name}' was not found ({string.Join(" or ", entry.FileNames)}) in: "
            + $"{string.Join(", ", folders.Paths)}. Name its folder with --data or {DatasetFolders.Variable}"
            + (entry.Download is null ? $". It comes from: {entry.Source}" : $", or run: dataset get {entry.Name}"));
        Dataset dataset = Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase)
            ? NpzReader.Read(path, entry.Name, entry.ClassNames)
            : CatalogTable(entry, path).ToDataset(entry.Name, path);
        bool verified = entry.Checksums.Any(known => DatasetFile.Checksum(path, known) == known);
        return Describe(dataset, entry, verified);
    }

    private static Dataset Describe(Dataset dataset, CatalogEntry entry, bool verified) => dataset with
    {
        Provenance = entry.Source,
        Licence = entry.Licence,
        Verified = verified,
    };

    private static Table CatalogTable(CatalogEntry entry, string path) => entry.Name switch
    {
        "heart-failure" => (CsvTableReader.Read(path) with { ClassNames = entry.ClassNames }).Without("time"),
        "pima" => new[] { "plas", "pres", "skin", "insu", "mass" }
            .Aggregate(ArffTableReader.Read(path), (table, column) => table.ZeroIsMissing(column)),
        _ => CsvTableReader.Read(path),
    };

    private static Table EmbeddedTable()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(EmbeddedWdbc)
            ?? throw new InvalidOperationException($"resource {EmbeddedWdbc} is missing from the build");
        using var reader = new StreamReader(stream);
        string[] kinds = ["mean", "error", "worst"];
        return CsvTableReader.Read(reader, "wdbc") with
        {
            FeatureNames = [.. kinds.SelectMany(k => NucleusMeasures.Select(m => $"{k} {m}"))],
        };
    }

    private static Dataset LoadFile(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPZ" => NpzReader.Read(path, name, []),
            ".CSV" => CsvTableReader.Read(path).ToDataset(name, path),
            ".ARFF" => ArffTableReader.Read(path).ToDataset(name, path),
            _ => throw new DatasetException($"{path}: only .npz, .csv and .arff files and folders of images are read"),
        };
    }
}
