using System.Text;

namespace ChainHealth.Learning;

/// <summary>Comma-separated lines after RFC 4180, without line breaks inside quotes. Cells come trimmed; empty lines
/// are passed over.</summary>
internal sealed class CsvLines(TextReader reader, string where)
{
    private const int LineCharactersMax = 1 << 20;

    /// <summary>Number of the line last read, from 1.</summary>
    public int Line { get; private set; }

    /// <returns>Null at the end.</returns>
    /// <exception cref="DatasetException">A line is too long, or a quote is not closed.</exception>
    public string[]? Next()
    {
        while (reader.ReadLine() is { } line)
        {
            Line++;
            if (line.Length > LineCharactersMax)
            {
                throw new DatasetException($"{where}, line {Line}: longer than {LineCharactersMax} characters");
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                return line.Contains('"') ? Quoted(line) : line.Split(',', StringSplitOptions.TrimEntries);
            }
        }

        return null;
    }

    private string[] Quoted(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool inside = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                bool doubled = inside && i + 1 < line.Length && line[i + 1] == '"';
                cell.Append(doubled ? "\"" : "");
                i += doubled ? 1 : 0;
                inside = doubled || !inside;
            }
            else if (line[i] == ',' && !inside)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString().Trim());
        return inside ? throw new DatasetException($"{where}, line {Line}: a quote is not closed") : [.. cells];
    }
}
