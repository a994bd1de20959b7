using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using ChainHealth.Dashboard.Charts;
using ChainHealth.Dashboard.Downloads;
using ChainHealth.Dashboard.Edges;
using ExcelDataReader;

namespace ChainHealth.Dashboard.Tests;

/// <summary>What leaves the dashboard as a file or a picture.</summary>
public class SheetTests
{
    private static readonly Sheet Hostile = new(
        "a <b>", ["name", "value"],
        [["=HYPERLINK(\"x\")", -1.5], ["@cmd, now", 3], ["+1", null], ["<script>", true], ["two\nlines", 4L]]);

    [Fact]
    public void A_formula_in_a_text_becomes_text_and_numbers_stay_numbers()
    {
        string csv = Encoding.UTF8.GetString(SheetFiles.Csv(Hostile));
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\",-1.5\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("\"'@cmd, now\",3\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("\r\n+1,\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("\"two\nlines\",4", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workbook_is_well_formed_and_holds_texts_as_texts()
    {
        using var zip = new ZipArchive(new MemoryStream(SheetFiles.Xlsx(Hostile)));
        Assert.All(zip.Entries, e => XDocument.Load(e.Open()));
        XDocument sheet = XDocument.Load(zip.GetEntry("xl/sheet.xml")!.Open());
        XNamespace n = sheet.Root!.Name.Namespace;
        Assert.Empty(sheet.Descendants(n + "f"));
        Assert.Equal(6, sheet.Descendants(n + "row").Count());
        Assert.Contains(sheet.Descendants(n + "t"), t => t.Value == "<script>");
        Assert.Contains(sheet.Descendants(n + "v"), v => v.Value == "-1.5");
    }

    [Fact]
    public void A_workbook_opens_in_a_reader_of_somebody_else_with_every_cell_as_it_was()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using IExcelDataReader reader = ExcelReaderFactory.CreateReader(new MemoryStream(SheetFiles.Xlsx(Hostile)));
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([reader.GetValue(0), reader.GetValue(1)]);
        }

        Assert.Equal(1, reader.ResultsCount);
        Assert.Equal(["name", "value"], rows[0]);
        Assert.Equal(["=HYPERLINK(\"x\")", -1.5], rows[1]);
        Assert.Equal(["@cmd, now", 3.0], rows[2]);
        Assert.Equal(("<script>", "two\nlines"), (rows[4][0], rows[5][0]));
        Assert.Equal(6, rows.Count);
    }

    [Fact]
    public void Json_has_an_object_for_each_row()
    {
        JsonElement rows = JsonDocument.Parse(SheetFiles.Json(Hostile)).RootElement;
        Assert.Equal(5, rows.GetArrayLength());
        Assert.Equal(-1.5, rows[0].GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(113, 113, 0.9671, 1)]
    [InlineData(0, 0, 0, 1)]
    public void The_interval_is_wilsons(int hits, int all, double low, double high)
    {
        Interval interval = Interval.Of(hits, all);
        Assert.Equal(low, interval.Low, 3);
        Assert.Equal(high, interval.High, 3);
    }

    [Fact]
    public void A_plot_scales_takes_the_pages_ink_and_names_itself()
    {
        string svg = Plots.Bars(
            [new Bar("hospital-1", Interval.Of(90, 100), "#0072B2"), new Bar("<b>", Interval.Of(5, 100), "#D55E00")],
            "Accuracy & more");
        XElement root = XDocument.Parse(svg).Root!;
        Assert.NotNull(root.Attribute("viewBox"));
        Assert.Equal("Accuracy & more", root.Attribute("aria-label")!.Value);
        Assert.DoesNotContain(SvgRepair.Ink, svg, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("currentColor", svg, StringComparison.Ordinal);
        Assert.All(
            root.Descendants().Where(e => e.Name.LocalName == "text").Attributes().Where(a => a.Name == "x"),
            a => Assert.False(a.Value.EndsWith(',')));
    }
}
