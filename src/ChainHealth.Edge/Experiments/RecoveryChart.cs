using System.Globalization;
using System.Xml.Linq;

namespace ChainHealth.Edge.Experiments;

/// <summary>The recovery table as a picture: a panel for each data set, accuracy over the share of poisoned hospitals,
/// a line each for the clean run, the unprotected one and each set of checks. SVG for light and dark pages.</summary>
internal static class RecoveryChart
{
    private const int PanelWidth = 190;
    private const int PanelHeight = 170;
    private const int Margin = 34;
    private const int LegendHeight = 26;
    private const int SharesMax = 50;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    
    // Okabe and Ito, as everywhere in the product: clean, unprotected, then the sets of checks.
    private static readonly string[] Colours = ["#009E73", "#D55E00", "#0072B2", "#E69F00", "#CC79A7", "#56B4E9"];

    // Lines that lie on each other stay visible.
    private static readonly string[] Dashes = ["", "", "", "4 3", "1 3", "6 2 1 2"];

    public static string Draw(IReadOnlyList<RecoveryRow> rows)
    {
        string[] datasets = [.. rows.Select(r => r.Dataset).Distinct()];
        int width = Math.Max(1, datasets.Length) * PanelWidth, height = PanelHeight + LegendHeight;
        var root = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {width} {height}"),
            new XAttribute("font-family", "system-ui, sans-serif"), new XAttribute("font-size", 10),
            new XAttribute("role", "img"), new XElement(Svg + "title",
                "Test accuracy over the share of poisoned hospitals: clean, unprotected, with checks"));
        for (int i = 0; i < datasets.Length; i++)
        {
            root.Add(Panel(datasets[i], [.. rows.Where(r => r.Dataset == datasets[i]).OrderBy(r => r.Share)],
                i * PanelWidth));
        }

        root.Add(Legend(rows));
        return root + "\n";
    }

    private static XElement Panel(string name, IReadOnlyList<RecoveryRow> rows, int left)
    {
        var panel = new XElement(Svg + "g", new XAttribute("transform", $"translate({left},0)"),
            Text(PanelWidth / 2, 14, name, "middle"));
        foreach (int tick in (int[])[0, 50, 100])
        {
            double y = Y(tick / 100.0);
            panel.Add(new XElement(Svg + "line", Place("x1", Margin), Place("x2", PanelWidth - 8), Place("y1", y),
                Place("y2", y), new XAttribute("stroke", "#999"), new XAttribute("stroke-width", 0.5)));
            panel.Add(Text(Margin - 4, y + 3, $"{tick} %", "end"));
        }

        foreach (RecoveryRow row in rows)
        {
            panel.Add(Text(X(row.Share), PanelHeight - 12, $"{row.Share}", "middle"));
        }

        foreach ((_, Func<RecoveryRow, Mean> value, int style) in Lines(rows))
        {
            string points = string.Join(' ', rows.Select(r => string.Create(
                CultureInfo.InvariantCulture, $"{X(r.Share):0.#},{Y(value(r).Value):0.#}")));
            panel.Add(new XElement(Svg + "polyline", new XAttribute("points", points), new XAttribute("fill", "none"),
                new XAttribute("stroke", Colours[style]), new XAttribute("stroke-width", 2),
                new XAttribute("stroke-dasharray", Dashes[style])));
        }

        return panel;
    }

    private static XElement Legend(IReadOnlyList<RecoveryRow> rows)
    {
        var legend = new XElement(Svg + "g", new XAttribute("transform", $"translate(0,{PanelHeight})"));
        int at = Margin;
        foreach ((string name, _, int style) in Lines(rows))
        {
            legend.Add(new XElement(Svg + "rect", Place("x", at), Place("y", 6), Place("width", 12), Place("height", 4),
                new XAttribute("fill", Colours[style])), Text(at + 16, 12, name, "start"));
            at += 30 + (6 * name.Length);
        }

        legend.Add(Text(at + 10, 12, "poisoned hospitals, per cent", "start"));
        return legend;
    }

    private static IEnumerable<(string Name, Func<RecoveryRow, Mean> Value, int Style)> Lines(
        IReadOnlyList<RecoveryRow> rows)
    {
        yield return ("clean", r => r.Clean, 0);
        yield return ("unprotected", r => r.Unprotected, 1);
        int sets = rows.Count == 0 ? 0 : rows[0].Checked.Length;
        for (int i = 0; i < sets; i++)
        {
            int set = i;
            yield return ($"checks: {rows[0].Checked[set].Checks}", r => r.Checked[set].Accuracy,
                Math.Min(2 + set, Colours.Length - 1));
        }
    }

    private static double X(int share) => Margin + ((double)share / SharesMax * (PanelWidth - Margin - 14));

    private static double Y(double accuracy) => 24 + ((1 - accuracy) * (PanelHeight - 24 - 28));

    private static XAttribute Place(string name, double value) =>
        new(name, value.ToString("0.#", CultureInfo.InvariantCulture));

    private static XElement Text(double x, double y, string text, string anchor) => new(Svg + "text", Place("x", x),
        Place("y", y), new XAttribute("text-anchor", anchor), new XAttribute("fill", "#767676"), text);
}
