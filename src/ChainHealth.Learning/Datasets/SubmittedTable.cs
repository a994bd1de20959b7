using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Reads a table whose header names the columns of a data set, in any order and spelling that can only mean
/// them ("radius_mean" is "mean radius").</summary>
internal static class SubmittedTable
{
    private const int BytesMax = 1 << 24;

    private static readonly string[] LabelNames = ["label", "class", "target", "diagnosis", "deathevent", "outcome"];
    private static readonly string[] PassedOver = ["id", "time", "name", "patient", "patientid"];

    public static SubmittedRecords Read(string path, string name, DatasetSchema schema, int recordsMax)
    {
        DatasetFile.CheckReadable(path, BytesMax);
        var lines = new CsvLines(new StringReader(Decode(File.ReadAllBytes(path), name)), name);
        string[] header = lines.Next() ?? throw new DatasetException($"{name}: is empty");
        Plan plan = Plan.Of(header, lines.Line, name, schema);
        var rows = new List<double[]>();
        var labels = new List<int>();
        var names = ImmutableArray.CreateBuilder<string>();
        var numbers = new List<int>();
        while (lines.Next() is { } cells)
        {
            if (rows.Count == recordsMax)
            {
                throw new DatasetException($"{name}, line {lines.Line}: more than {recordsMax} records");
            }

            if (cells.Length != header.Length)
            {
                throw new DatasetException(
                    $"{name}, line {lines.Line}: {cells.Length} columns, the header has {header.Length}");
            }

            rows.Add([.. plan.Features.Select(at => Number(cells[at], name, lines.Line, at, header[at]))]);
            labels.Add(plan.Label < 0 ? -1 : Label(cells[plan.Label], name, lines.Line, plan.Label, schema));
            numbers.Add(plan.Number < 0 ? -1 : Whole(cells[plan.Number], name, lines.Line, plan.Number));
            names.Add($"line {lines.Line}");
        }

        if (rows.Count == 0)
        {
            throw new DatasetException($"{name}: has a header and no records");
        }

        float[] values = [.. rows.SelectMany(r => r.Select((v, c) => Table.Standardise(v, schema.Columns[c])))];
        var records = new Records(schema.Shape, schema.Classes, values, [.. labels.Select(l => Math.Max(l, 0))]);
        return new SubmittedRecords(records, [.. labels], names.ToImmutable(), [.. rows], [.. numbers]);
    }

    /// <summary>UTF-8 alone, so that a wrong encoding is named and not guessed.</summary>
    private static string Decode(byte[] bytes, string name)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new DatasetException($"{name}: is encoded as UTF-16; save it as UTF-8");
        }

        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            ReadOnlySpan<byte> before = bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length));
            int line = 1 + before.Count((byte)'\n');
            int column = before.Length - before.LastIndexOf((byte)'\n');
            throw new DatasetException(
                $"{name}, line {line}, byte {column}: is not UTF-8 (Latin-1 or Windows-1252?); save it as UTF-8", e);
        }
    }

    private static double Number(string cell, string name, int line, int column, string header)
    {
        if (cell is "?" or "")
        {
            return double.NaN;
        }

        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) && Math.Abs(value) < 1e30
            ? value
            : throw new DatasetException(
                $"{name}, line {line}, column {column + 1} ({Short(header)}): '{Short(cell)}' is not a number");
    }

    private static int Label(string cell, string name, int line, int column, DatasetSchema schema)
    {
        if (cell is "?" or "")
        {
            return -1;
        }

        int named = schema.ClassNames.IndexOf(cell, 0, schema.Classes, StringComparer.OrdinalIgnoreCase);
        if (named >= 0 || (int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out named)
            && named < schema.Classes))
        {
            return named;
        }

        throw new DatasetException($"{name}, line {line}, column {column + 1}: label '{Short(cell)}' is none of "
            + string.Join(", ", schema.ClassNames.Select((c, i) => $"{i} = {c}")));
    }

    private static int Whole(string cell, string name, int line, int column) =>
        cell.Length == 0 ? -1 : int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : throw new DatasetException(
                $"{name}, line {line}, column {column + 1}: '{Short(cell)}' is no record number");

    private static string Short(string cell) => cell.Length <= 40 ? cell : cell[..40] + "...";

    /// <summary>Which column holds what.</summary>
    private sealed record Plan(int[] Features, int Label, int Number)
    {
        public static Plan Of(string[] header, int line, string where, DatasetSchema schema)
        {
            string[] keys = [.. header.Select(Key)];
            int[] features = [.. schema.FeatureNames.Select(f => Array.IndexOf(keys, Key(f)))];
            int missing = Array.IndexOf(features, -1);
            if (missing >= 0)
            {
                string hint = header.Length == 1 && header[0].Contains(';', StringComparison.Ordinal)
                    ? " (columns are parted by commas, not by semicolons)" : "";
                throw new DatasetException($"{where}, line {line}: there is no column '{schema.FeatureNames[missing]}'"
                    + $"{hint}; the columns are: {string.Join(", ", schema.FeatureNames)}, and 'label' where known");
            }

            string? twice = keys.GroupBy(k => k).FirstOrDefault(g => g.Count() > 1)?.Key;
            int[] rest = [.. Enumerable.Range(0, keys.Length).Except(features)];
            int label = Array.Find(rest, r => LabelNames.Contains(Plain(header[r]))) is var l
                && rest.Contains(l) && LabelNames.Contains(Plain(header[l])) ? l : -1;
            int number = Array.FindIndex(header, h => Plain(h) == "record");
            int unknown = rest.FirstOrDefault(
                r => r != label && r != number && !PassedOver.Contains(Plain(header[r])), -1);
            return twice is not null
                ? throw new DatasetException($"{where}, line {line}: a column stands twice")
                : unknown >= 0
                    ? throw new DatasetException(
                        $"{where}, line {line}, column {unknown + 1}: '{Short(header[unknown])}' is no column of this "
                        + "data set")
                    : new Plan(features, label, number);
        }

        private static string Plain(string text) =>
            new([.. text.ToLowerInvariant().Where(char.IsLetterOrDigit)]);

        /// <summary>The words of a name, in order of the alphabet; "se" is "error".</summary>
        private static string Key(string text) => string.Join(' ', text.ToLowerInvariant()
            .Split([' ', '_', '-', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w == "se" ? "error" : w).Order(StringComparer.Ordinal));
    }
}
