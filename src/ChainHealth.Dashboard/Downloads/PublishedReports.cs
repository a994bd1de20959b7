using System.Collections.Immutable;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>The result files that came with this version. Parsed once, and again after a file has changed; a visit
/// costs a look at the folder.</summary>
public sealed class PublishedReports(string folder)
{
    private sealed record Parsed(string Stamp, ImmutableArray<PublishedTable> Tables, ImmutableArray<string> Pictures);

    private Parsed _held = new("", [], []);

    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "wwwroot", "results");

    /// <summary>How often the files were parsed.</summary>
    public int Readings { get; private set; }

    public ImmutableArray<PublishedTable> Tables => Now().Tables;

    /// <summary>Names of the SVG files.</summary>
    public ImmutableArray<string> Pictures => Now().Pictures;

    private Parsed Now()
    {
        FileInfo[] files = Directory.Exists(folder)
            ? [.. new DirectoryInfo(folder).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal)] : [];
        string stamp = string.Join('/', files.Select(f => $"{f.Name}:{f.Length}:{f.LastWriteTimeUtc.Ticks}"));
        Parsed held = Volatile.Read(ref _held);
        if (held.Stamp != stamp)
        {
            // Two visitors at once may both parse; the result is the same.
            held = new Parsed(
                stamp, PublishedTable.Load(folder), [.. files.Where(f => f.Extension == ".svg").Select(f => f.Name)]);
            Volatile.Write(ref _held, held);
            Readings++;
        }

        return held;
    }
}
