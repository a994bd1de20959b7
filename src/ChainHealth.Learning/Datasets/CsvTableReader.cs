using System.Collections.Immutable;
using System.Globalization;

namespace ChainHealth.Learning;

/// <summary>Reads tables whose last column is the label. Two layouts: a header line of column names (labels: whole
/// numbers from 0, or words, numbered in ordinal order); or scikit-learn's, whose first line is
/// rows,features,class name,class name,...</summary>
public static class CsvTableReader
{
    /// <exception cref="DatasetException">Names the file, line and column and what is wrong there.</exception>
    public static Table Read(string path) =>
        DatasetFile.ReadText(path, Table.FileBytesMax, reader => Read(reader, path));

    /// <param name="where">What to call the source in messages.</param>
    public static Table Read(TextReader reader, string where)
    {
        var lines = new CsvLines(reader, where);
        string[] head = lines.Next() ?? throw new DatasetException($"{where}: is empty");
        return IsScikit(head) ? ReadScikit(lines, head, where) : ReadWithHeader(lines, head, where);
    }

    private static bool IsScikit(string[] head) => head.Length >= 4
        && head.Take(2).All(h => int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        && head.Skip(2).All(h => !double.TryParse(h, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static Table ReadScikit(CsvLines lines, string[] head, string where)
    {
        int rows = int.Parse(head[0], CultureInfo.InvariantCulture);
        int features = int.Parse(head[1], CultureInfo.InvariantCulture);
        if (rows > Table.RowsMax || features is 0 || features >= Table.ColumnsMax)
        {
            throw new DatasetException($"{where}, line 1: {rows} rows x {features} features, "
                + $"limits are {Table.RowsMax} x {Table.ColumnsMax - 1}");
        }

        ImmutableArray<string> names = [.. Enumerable.Range(1, features).Select(f => $"feature {f}")];
        ImmutableArray<string> classes = [.. head[2..]];
        Table table = new TableBuilder(names, where).ReadAll(lines, classes);
        return table.Rows.Length == rows ? table
            : throw new DatasetException($"{where}: {table.Rows.Length} rows where line 1 says {rows}");
    }

    private static Table ReadWithHeader(CsvLines lines, string[] head, string where)
    {
        if (head.Length is < 2 or > Table.ColumnsMax)
        {
            throw new DatasetException($"{where}, line 1: {head.Length} columns, limits are 2..{Table.ColumnsMax}");
        }

        int named = Array.FindIndex(head, h => h.Length > 0
            && !double.TryParse(h, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return named >= 0
            ? new TableBuilder([.. head[..^1]], where).ReadAll(lines, [])
            : throw new DatasetException($"{where}, line 1: expected column names, found only numbers");
    }
}
