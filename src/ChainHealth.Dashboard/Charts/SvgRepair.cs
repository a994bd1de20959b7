using System.Globalization;
using System.Xml.Linq;

namespace ChainHealth.Dashboard.Charts;

/// <summary>Makes a plot's SVG fit a page: scalable, in the page's type and ink, without the trailing commas of text
/// positions that shift labels in some browsers.</summary>
public static class SvgRepair
{
    /// <summary>Drawn in this colour, shown in the page's own ink, light or dark.</summary>
    public const string Ink = "#123456";

    private const string Type = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";

    /// <param name="title">What the picture shows, for those who do not see it.</param>
    public static string Of(string svg, int width, int height, string title)
    {
        XDocument document = XDocument.Parse(svg);
        XElement root = document.Root!;
        XNamespace space = root.Name.Namespace;
        root.SetAttributeValue(
            "viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}"));
        root.SetAttributeValue("width", null);
        root.SetAttributeValue("height", null);
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-label", title);
        foreach (XElement element in root.DescendantsAndSelf())
        {
            foreach (XAttribute attribute in element.Attributes().ToList())
            {
                attribute.Value = Repaired(attribute);
            }

            if (element.Name == space + "text")
            {
                element.SetAttributeValue("font-family", Type);
            }
        }

        return root.ToString(SaveOptions.DisableFormatting);
    }

    private static string Repaired(XAttribute attribute) => attribute.Name.LocalName switch
    {
        "x" or "y" => attribute.Value.TrimEnd(',', ' '),
        "fill" or "stroke" when string.Equals(attribute.Value, Ink, StringComparison.OrdinalIgnoreCase) =>
            "currentColor",
        _ => attribute.Value,
    };
}
