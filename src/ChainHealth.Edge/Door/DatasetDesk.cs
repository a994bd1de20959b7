using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>The data set in use, those that could be used instead, and the institution's own part of it.</summary>
/// <param name="folder">Where uploaded data sets are kept.</param>
/// <param name="dataFolder">Where the catalog's are looked for first; null = the usual places.</param>
/// <param name="own">Takes the training records that this institution holds; null at a provider.</param>
internal sealed class DatasetDesk(
    Dataset first, string folder, string? dataFolder, Func<Dataset, Records>? own)
{
    private Holding _holding = Hold(first, own);

    public Dataset Current => Volatile.Read(ref _holding).Dataset;

    /// <summary>That this institution trains on.</summary>
    /// <exception cref="InvalidOperationException">At a provider, which trains on nothing.</exception>
    public Records Own => Volatile.Read(ref _holding).Own
        ?? throw new InvalidOperationException("a provider holds no training records");

    public int OwnRecords => Volatile.Read(ref _holding).Own?.Count ?? 0;

    public string Folder { get; } = folder;

    public DatasetSummary Summary()
    {
        Holding holding = Volatile.Read(ref _holding);
        return DatasetSummaries.Of(holding.Dataset, holding.Own);
    }

    public ImmutableArray<DatasetOffer> Offers()
    {
        DatasetFolders places = DatasetFolders.Of(dataFolder);
        string current = Current.Name;
        return
        [
            .. DatasetCatalog.Entries.Where(e => e.Embedded || places.Find(e) is not null)
                .Select(e => new DatasetOffer(e.Name, e.Title, e.Licence, false, e.Name == current)),
            .. Uploaded().Select(path => NameOf(path)).Select(name =>
                new DatasetOffer(name, "uploaded here", "not stated", true, name == current)),
        ];
    }

    /// <exception cref="EdgeCallException">There is no such data set, it is damaged, or a run needs the present one.
    /// </exception>
    public DatasetSummary Use(string name, IEnumerable<RunState> openRuns)
    {
        if (openRuns.FirstOrDefault(r => r.Plan.Dataset == Current.Name) is { } run && name != Current.Name)
        {
            throw new EdgeCallException(
                EdgeFault.Refused, $"run {run.Id} uses {Current.Name}; wait for its end or stop it");
        }

        try
        {
            string? uploaded = Uploaded().FirstOrDefault(path => NameOf(path) == name);
            if (uploaded is null && DatasetCatalog.Find(name) is null)
            {
                throw new EdgeCallException(EdgeFault.Refused, $"there is no data set '{name}' here");
            }

            Volatile.Write(ref _holding, Hold(DatasetLoader.Load(uploaded ?? name, dataFolder), own));
            return Summary();
        }
        catch (DatasetException e)
        {
            throw new EdgeCallException(EdgeFault.Refused, e.Message, e);
        }
    }

    private static Holding Hold(Dataset dataset, Func<Dataset, Records>? own) => new(dataset, own?.Invoke(dataset));

    private static string NameOf(string path) => Directory.Exists(path)
        ? Path.GetFileName(path) : Path.GetFileNameWithoutExtension(path);

    private string[] Uploaded() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFileSystemEntries(Folder).Where(p => !Path.GetFileName(p).StartsWith('.'))
            .Order(StringComparer.Ordinal)]
        : [];

    private sealed record Holding(Dataset Dataset, Records? Own);
}
