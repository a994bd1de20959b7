using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>Reads Weka's ARFF: numeric attributes, the last one nominal (the class), '?' for a missing cell. No sparse
/// rows, dates or strings.</summary>
public static class ArffTableReader
{
    /// <exception cref="DatasetException">Names the file, line and attribute and what is wrong there.</exception>
    public static Table Read(string path) =>
        DatasetFile.ReadText(path, Table.FileBytesMax, reader => Read(reader, path));

    /// <param name="where">What to call the source in messages.</param>
    public static Table Read(TextReader reader, string where)
    {
        var features = new List<string>();
        ImmutableArray<string> classes = [];
        TableBuilder? rows = null;
        int number = 0;
        while (reader.ReadLine() is { } raw)
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '%')
            {
                continue;
            }

            if (rows is not null)
            {
                rows.Add([.. line.Split(',').Select(Unquoted)], number);
            }
            else if (Starts(line, "@attribute"))
            {
                AddAttribute(line, $"{where}, line {number}", features, ref classes);
            }
            else if (Starts(line, "@data"))
            {
                rows = classes.Length >= 2 && features.Count is > 0 and < Table.ColumnsMax
                    ? new TableBuilder([.. features], where)
                    : throw new DatasetException($"{where}, line {number}: the last attribute must be nominal, "
                        + $"behind 1..{Table.ColumnsMax - 1} numeric ones");
            }
            else if (!Starts(line, "@relation"))
            {
                throw new DatasetException($"{where}, line {number}: expected @relation, @attribute or @data");
            }
        }

        return rows?.Finish(classes, labelsAreNames: true) ?? throw new DatasetException($"{where}: has no @data");
    }

    private static void AddAttribute(
        string line, string where, List<string> features, ref ImmutableArray<string> classes)
    {
        if (!classes.IsEmpty)
        {
            throw new DatasetException($"{where}: only the last attribute may be nominal");
        }

        string rest = line["@attribute".Length..].Trim();
        int split = rest.StartsWith('\'') ? rest.IndexOf('\'', 1) + 1 : rest.IndexOfAny([' ', '\t', '{']);
        if (split <= 0)
        {
            throw new DatasetException($"{where}: an attribute needs a name and a type");
        }

        string type = rest[split..].Trim();
        if (type.StartsWith('{') && type.EndsWith('}'))
        {
            classes = [.. type[1..^1].Split(',').Select(Unquoted)];
        }
        else if (type.ToUpperInvariant() is "REAL" or "NUMERIC" or "INTEGER")
        {
            features.Add(Unquoted(rest[..split]));
        }
        else
        {
            throw new DatasetException($"{where}: type '{type}' is not read; real, numeric, integer or {{a,b}} are");
        }
    }

    private static bool Starts(string line, string word) => line.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    private static string Unquoted(string text) => text.Trim().Trim('\'', '"');
}
