using System.Collections.Immutable;
using System.Text.Json;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>A result file of the experiments as it was published with this version: a title, the command that makes it
/// anew, and a table.</summary>
public sealed record PublishedTable(
    string File, string Title, string Command, ImmutableArray<string> Columns,
    ImmutableArray<ImmutableArray<string>> Rows)
{
    private const int FilesMax = 50;
    private const int RowsMax = 500;
    private const int ColumnsMax = 24;
    private const long BytesMax = 4 * 1024 * 1024;

    /// <summary>Every readable table of a folder; a file of another shape is passed over.</summary>
    public static ImmutableArray<PublishedTable> Load(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Take(FilesMax).Select(TryRead).OfType<PublishedTable>(),
    ];

    private static PublishedTable? TryRead(string path)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
            {
                return null;
            }

            using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            JsonElement? rows = root.ValueKind == JsonValueKind.Array ? root : RowsOf(root);
            return rows is { } found ? Of(Path.GetFileName(path), root, found) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The first list of flat objects.</summary>
    private static JsonElement? RowsOf(JsonElement root) => root.ValueKind != JsonValueKind.Object ? null
        : root.EnumerateObject().Select(p => p.Value).Where(IsTable).Cast<JsonElement?>().FirstOrDefault();

    private static bool IsTable(JsonElement e) => e.ValueKind == JsonValueKind.Array && e.GetArrayLength() > 0
        && e[0].ValueKind == JsonValueKind.Object;

    private static PublishedTable? Of(string file, JsonElement root, JsonElement rows)
    {
        if (!IsTable(rows))
        {
            return null;
        }

        Dictionary<string, string>[] flat = [.. rows.EnumerateArray().SelectMany(Flat).Take(RowsMax)];
        ImmutableArray<string> columns = [.. flat.SelectMany(r => r.Keys).Distinct().Take(ColumnsMax)];
        return new PublishedTable(
            file, TextOf(root, "title") ?? Path.GetFileNameWithoutExtension(file), TextOf(root, "command") ?? "",
            columns,
            [.. flat.Select(r => columns.Select(c => r.GetValueOrDefault(c, "")).ToImmutableArray())]);
    }

    /// <summary>A row that holds a list of rows becomes one row for each of them.</summary>
    private static IEnumerable<Dictionary<string, string>> Flat(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var own = new Dictionary<string, string>();
        foreach (JsonProperty p in row.EnumerateObject()
            .Where(p => p.Value.ValueKind != JsonValueKind.Object && !IsTable(p.Value)))
        {
            own[p.Name] = Cell(p.Value);
        }

        JsonElement? inner = row.EnumerateObject().Select(p => p.Value).Where(IsTable).Cast<JsonElement?>()
            .FirstOrDefault();
        return inner is not { } rows ? [own] : rows.EnumerateArray().SelectMany(Flat)
            .Select(more => own.Concat(more.Where(m => !own.ContainsKey(m.Key))).ToDictionary());
    }

    private static string? TextOf(JsonElement root, string name) => root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
        ? text.GetString() : null;

    private static string Cell(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Join(" · ", cell.EnumerateArray().Take(ColumnsMax).Select(Cell)),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => cell.ToString(),
    };
}
