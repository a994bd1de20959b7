using System.Text;
using System.Text.Json;

namespace ChainHealth.Edge.Experiments;

/// <summary>Finished cells in a folder, one line of JSON each. A line is written and flushed as a whole; what a kill
/// left of the last one is cut off when the file is opened again.</summary>
internal sealed class CellLog : IDisposable
{
    public const string Pattern = "cells*.jsonl";
    private const long BytesMax = 256L << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly FileStream _file;

    /// <param name="shard">Each process of a grid has a file of its own.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process has the file.</exception>
    public CellLog(string folder, int shard)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, shard == 0 ? "cells.jsonl" : $"cells-{shard}.jsonl");
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _file.SetLength(EndOfLastLine(_file));
        _file.Seek(0, SeekOrigin.End);
    }

    public void Append(CellResult result)
    {
        _file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(result, Json) + "\n"));
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>All finished cells of a folder; a torn last line is left out.</summary>
    /// <exception cref="InvalidDataException">A line is no result; names file and line.</exception>
    public static IReadOnlyList<CellResult> Read(string folder)
    {
        var results = new List<CellResult>();
        if (!Directory.Exists(folder))
        {
            return results;
        }

        foreach (string path in Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length > BytesMax)
            {
                throw new InvalidDataException($"{path}: larger than {BytesMax} bytes");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var whole = new byte[EndOfLastLine(file)];
            file.Seek(0, SeekOrigin.Begin);
            file.ReadExactly(whole);
            string[] lines = Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            results.AddRange(lines.Select((line, i) => Parse(line, path, i + 1)));
        }

        return results;
    }

    private static CellResult Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<CellResult>(line, Json) is { Cell: not null, Clean: not null } result
                && !result.Checked.IsDefault
                ? result : throw new InvalidDataException($"{path}, line {number}: no result of a cell");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {number}: {e.Message}", e);
        }
    }

    private static long EndOfLastLine(FileStream file)
    {
        long at = file.Length;
        while (at > 0)
        {
            file.Seek(at - 1, SeekOrigin.Begin);
            if (file.ReadByte() == '\n')
            {
                return at;
            }

            at--;
        }

        return 0;
    }
}
