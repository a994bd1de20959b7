using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>A sheet as the bytes of a file. Text that a spreadsheet would run as a formula is neutralised.</summary>
public static class SheetFiles
{
    public const string CsvType = "text/csv; charset=utf-8";
    public const string JsonType = "application/json";
    public const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>RFC 4180, UTF-8.</summary>
    public static byte[] Csv(Sheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var text = new StringBuilder();
        Line(sheet.Columns.Select(c => (object?)c));
        foreach (ImmutableArray<object?> row in sheet.Rows)
        {
            Line(row);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        void Line(IEnumerable<object?> cells) =>
            text.AppendJoin(',', cells.Select(c => Quoted(TextOf(c)))).Append("\r\n");
    }

    /// <summary>An array of objects, the columns' names as keys.</summary>
    public static byte[] Json(Sheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        return JsonSerializer.SerializeToUtf8Bytes(
            sheet.Rows.Select(row => sheet.Columns.Zip(row).ToDictionary(p => p.First, p => p.Second)), Indented);
    }

    /// <summary>Office Open XML with one worksheet (ECMA-376); texts are stored as texts, never as formulas.</summary>
    public static byte[] Xlsx(Sheet sheet)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(zip, "[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Default Extension="xml"
                 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
                <Override PartName="/xl/workbook.xml"
                 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>
                """);
            Part(zip, "_rels/.rels", Relation("officeDocument", "xl/workbook.xml"));
            Part(zip, "xl/_rels/workbook.xml.rels", Relation("worksheet", "sheet.xml"));
            Part(zip, "xl/workbook.xml",
                $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets><sheet name=\"{Escaped(sheet.Name)}\" "
                + "sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
            Part(zip, "xl/sheet.xml", Worksheet(sheet));
        }

        return stream.ToArray();
    }

    private static string Worksheet(Sheet sheet)
    {
        var text = new StringBuilder($"<worksheet xmlns=\"{Main}\"><sheetData>");
        foreach (IEnumerable<object?> row in sheet.Rows.Select(r => (IEnumerable<object?>)r).Prepend(sheet.Columns))
        {
            text.Append("<row>");
            foreach (object? cell in row)
            {
                text.Append(cell is int or long or double
                    ? $"<c><v>{TextOf(cell)}</v></c>"
                    : $"<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{Escaped(TextOf(cell))}</t></is></c>");
            }

            text.Append("</row>");
        }

        return text.Append("</sheetData></worksheet>").ToString();
    }

    private static string Relation(string kind, string target) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        + $"<Relationship Id=\"r1\" Type=\"{Relations}/{kind}\" Target=\"{target}\"/></Relationships>";

    private static void Part(ZipArchive zip, string name, string xml)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(false));
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml);
    }

    private static string Escaped(string text) => new StringBuilder().AppendJoin("", text.Select(c =>
        XmlConvert.IsXmlChar(c) ? c.ToString() : "?")).Replace("&", "&amp;").Replace("<", "&lt;")
        .Replace(">", "&gt;").Replace("\"", "&quot;").ToString();

    private static string TextOf(object? cell) => cell switch
    {
        null => "",
        string text => text,
        double number => number.ToString("R", Culture),
        IFormattable value => value.ToString(null, Culture),
        _ => cell.ToString() ?? "",
    };

    /// <summary>A leading = + - @ would be run as a formula by spreadsheets; an apostrophe makes it text. Numbers stay
    /// numbers.</summary>
    private static string Quoted(string text)
    {
        string safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
            && !double.TryParse(text, NumberStyles.Float, Culture, out _) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
