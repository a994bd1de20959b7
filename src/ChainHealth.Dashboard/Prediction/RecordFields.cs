using System.Globalization;
using System.Text;
using ChainHealth.Client;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>A column of a data set as a field of a form.</summary>
/// <param name="Unit">Empty where there is none.</param>
/// <param name="Choices">Empty for a number.</param>
public sealed record RecordField(ColumnSummary Column, string Title, string Unit, IReadOnlyList<string> Choices)
{
    public string Range => Unit.Length > 0
        ? $"{Number(Column.Min)} to {Number(Column.Max)} {Unit}" : $"{Number(Column.Min)} to {Number(Column.Max)}";

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}

/// <summary>The form of a data set, and what was typed as the table that the edge server reads.</summary>
public static class RecordFields
{
    private static readonly string[] NoYes = ["no", "yes"];

    /// <summary>Units of the heart failure records (Ahmad and others, 2017, table 1) and of the Pima records.</summary>
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["age"] = "years", ["creatinine_phosphokinase"] = "µg/L", ["ejection_fraction"] = "%",
        ["platelets"] = "per mL", ["serum_creatinine"] = "mg/dL", ["serum_sodium"] = "mEq/L",
        ["plas"] = "mg/dL", ["pres"] = "mm Hg", ["skin"] = "mm", ["insu"] = "µU/mL", ["mass"] = "kg/m²",
    };

    public static IReadOnlyList<RecordField> Of(DatasetSummary dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return [.. dataset.Columns.Select(c => new RecordField(
            c, c.Name.Replace('_', ' '), Units.GetValueOrDefault(c.Name, ""),
            c is { Whole: true, Min: 0, Max: 1 } ? c.Name == "sex" ? ["woman", "man"] : NoYes : []))];
    }

    /// <summary>Null where it is a number or empty; else what is wrong.</summary>
    public static string? Fault(string? typed) => string.IsNullOrWhiteSpace(typed)
        || double.TryParse(typed.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? null : "Enter a number with a point, such as 1.5.";

    /// <param name="label">Class number; null = unknown.</param>
    /// <param name="record">Number in the anchored data set; empty = none.</param>
    public static byte[] ToCsv(
        IReadOnlyList<RecordField> fields, IReadOnlyDictionary<string, string> typed, int? label, string record)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(typed);
        var text = new StringBuilder();
        text.AppendJoin(',', fields.Select(f => Cell(f.Column.Name))).Append(",label,record\n");
        text.AppendJoin(',', fields.Select(f => Cell(typed.GetValueOrDefault(f.Column.Name, "").Trim())));
        text.Append(CultureInfo.InvariantCulture, $",{label},{Cell(record.Trim())}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
