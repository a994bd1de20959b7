using System.Collections.Immutable;
using System.Globalization;

namespace ChainHealth.Learning;

/// <summary>Collects the rows of a table, cell by checked cell.</summary>
internal sealed class TableBuilder(ImmutableArray<string> featureNames, string where)
{
    private readonly List<double[]> rows = [];
    private readonly List<(string Text, int Line)> labels = [];

    /// <param name="classes">Their names where the file states them; labels are then their numbers.</param>
    public Table ReadAll(CsvLines lines, ImmutableArray<string> classes)
    {
        while (lines.Next() is { } cells)
        {
            Add(cells, lines.Line);
        }

        return Finish(classes);
    }

    public void Add(string[] cells, int line)
    {
        if (cells.Length != featureNames.Length + 1)
        {
            throw new DatasetException(
                $"{where}, line {line}: {cells.Length} columns, expected {featureNames.Length + 1}");
        }

        if (rows.Count == Table.RowsMax)
        {
            throw new DatasetException($"{where}, line {line}: more than {Table.RowsMax} rows");
        }

        rows.Add([.. cells.Take(cells.Length - 1).Select((cell, column) => Number(cell, line, column))]);
        labels.Add((cells[^1], line));
    }

    /// <param name="classes">Empty: whole numbers from 0, or else words in ordinal order.</param>
    /// <param name="labelsAreNames">True where the labels are the class names themselves.</param>
    public Table Finish(ImmutableArray<string> classes, bool labelsAreNames = false)
    {
        if (rows.Count == 0)
        {
            throw new DatasetException($"{where}: has no rows");
        }

        bool numbers = !labelsAreNames && labels.TrueForAll(l => Whole(l.Text) is not null);
        if (!numbers && !labelsAreNames && !classes.IsEmpty)
        {
            (string text, int line) = labels.First(l => Whole(l.Text) is null);
            throw new DatasetException($"{where}, line {line}: label '{text}' is not a whole number from 0");
        }

        ImmutableArray<string> names = numbers
            ? ClassNames.OrNumbered(classes, labels.Max(l => Whole(l.Text)!.Value) + 1, where)
            : classes.IsEmpty ? WordsAsClasses() : classes;
        int[] values = [.. labels.Select(l => numbers ? Whole(l.Text)!.Value : IndexOf(names, l.Text, l.Line))];
        int empty = Enumerable.Range(0, names.Length).Except(values).DefaultIfEmpty(-1).First();
        return empty < 0 ? new Table(featureNames, names, [.. rows], values)
            : throw new DatasetException($"{where}: class {empty} ({names[empty]}) has no record");
    }

    private ImmutableArray<string> WordsAsClasses()
    {
        string[] words = [.. labels.Select(l => l.Text).Distinct().Order(StringComparer.Ordinal)];
        return ClassNames.OrNumbered([.. words], words.Length, where);
    }

    private int IndexOf(ImmutableArray<string> names, string text, int line)
    {
        int at = names.IndexOf(text);
        return at >= 0 ? at : throw new DatasetException(
            $"{where}, line {line}: label '{text}' is none of {string.Join(", ", names)}");
    }

    private double Number(string cell, int line, int column)
    {
        if (cell == "?")
        {
            return double.NaN;
        }

        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) && Math.Abs(value) < 1e30
            ? value
            : throw new DatasetException(
                $"{where}, line {line}, column {column + 1} ({featureNames[column]}): '{Short(cell)}' is not a number");
    }

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < 1000
            ? value : null;

    private static string Short(string cell) => cell.Length <= 40 ? cell : cell[..40] + "...";
}
