using System.Collections.Immutable;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>A table of a result file of the experiments as it was published with this version.</summary>
/// <param name="File">Name of the Markdown report that it stands in.</param>
/// <param name="Title">Heading of the report, of the section, and what the rows are.</param>
/// <param name="Note">What the report says before its first table: the command that makes it anew, and what was run.
/// </param>
/// <param name="Rows">The first of them, where there are very many.</param>
/// <param name="Total">Rows in the report.</param>
public sealed record PublishedTable(
    string File, string Title, string Note, ImmutableArray<string> Columns,
    ImmutableArray<ImmutableArray<string>> Rows, int Total)
{
    private const int FilesMax = 50;
    private const int RowsMax = 500;
    private const int ColumnsMax = 24;
    private const long BytesMax = 4 * 1024 * 1024;
    private const char Cell = '|';

    /// <summary>Every table of the reports in a folder; what is unreadable or too large is passed over.</summary>
    public static ImmutableArray<PublishedTable> Load(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).Take(FilesMax).SelectMany(TryRead),
    ];

    private static IEnumerable<PublishedTable> TryRead(string path)
    {
        try
        {
            return new FileInfo(path).Length > BytesMax
                ? [] : [.. Read(Path.GetFileName(path), System.IO.File.ReadAllLines(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<PublishedTable> Read(string file, string[] lines)
    {
        string title = Path.GetFileNameWithoutExtension(file), section = "", note = "";
        int tables = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                title = line[2..];
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..];
            }
            else if (line.StartsWith(Cell))
            {
                ImmutableArray<string>[] rows = [.. lines.Skip(i).TakeWhile(l => l.StartsWith(Cell)).Select(Cells)];
                i += rows.Length - 1;

                // The second line of a table is a rule.
                yield return new PublishedTable(file, Titled(title, section, rows[0][0]), note, rows[0],
                    [.. rows.Skip(2).Take(RowsMax)], Math.Max(0, rows.Length - 2));
                tables++;
            }
            else if (tables == 0)
            {
                note = $"{note} {line.Replace("`", "", StringComparison.Ordinal)}".Trim();
            }
        }
    }

    private static string Titled(string title, string section, string rows) =>
        string.Join(" · ", new[] { title, section, $"by {rows}" }.Where(t => t.Length > 0));

    private static ImmutableArray<string> Cells(string line) =>
        [.. line.Trim().Trim(Cell).Split(Cell).Take(ColumnsMax).Select(c => c.Trim().Trim('*'))];
}
