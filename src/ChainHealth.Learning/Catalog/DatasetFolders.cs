using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>Where data sets are looked for, in this order: the folder that the user names, CHAINHEALTH_DATA, the user's
/// own data folder (which is also where downloads go).</summary>
public sealed record DatasetFolders(ImmutableArray<string> Paths)
{
    public const string Variable = "CHAINHEALTH_DATA";
    private const int DepthMax = 4;
    private const int FilesMax = 100_000;

    /// <summary>Target of downloads.</summary>
    public static string UserFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "chainhealth", "data");

    /// <param name="named">The folder that the user names, or null.</param>
    /// <exception cref="DatasetException">The named folder does not exist.</exception>
    public static DatasetFolders Of(string? named)
    {
        if (named is not null && !Directory.Exists(named))
        {
            throw new DatasetException($"data folder {named} does not exist");
        }

        string?[] all = [named, Environment.GetEnvironmentVariable(Variable), UserFolder];
        return new DatasetFolders([.. all.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => Path.GetFullPath(p!))]);
    }

    /// <summary>The entry's file in the first folder, or sub-folder, that has it; null where none has.</summary>
    public string? Find(CatalogEntry entry) => Paths.Where(Directory.Exists)
        .SelectMany(folder => entry.FileNames.Select(name => FindBelow(folder, name)))
        .FirstOrDefault(found => found is not null);

    private static string? FindBelow(string folder, string name)
    {
        string direct = Path.Combine(folder, name);
        if (File.Exists(direct))
        {
            return direct;
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = DepthMax,
            IgnoreInaccessible = true,
            MatchType = MatchType.Simple,
        };
        return Directory.EnumerateFiles(folder, name, options).Take(FilesMax).Order(StringComparer.Ordinal)
            .FirstOrDefault();
    }
}
