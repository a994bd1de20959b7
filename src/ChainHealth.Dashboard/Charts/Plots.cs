using ChainHealth.Dashboard.Components.Layout;
using ChainHealth.Dashboard.Edges;
using ScottPlot;

namespace ChainHealth.Dashboard.Charts;

/// <summary>A bar: a share with its interval.</summary>
public sealed record Bar(string Label, Interval Value, string Colour);

/// <summary>A line through points, both axes 0..1.</summary>
public sealed record Curve(string Label, IReadOnlyList<(double X, double Y)> Points, string Colour);

/// <summary>Plots as SVG, drawn on the server; every number in them stands in a table beside them too.</summary>
public static class Plots
{
    private const int Width = 760;
    private const int BarsHeight = 330;
    private const int SquareSide = 430;
    private const int LabelCharactersMax = 14;

    /// <summary>Accuracy in per cent from zero, whiskers at the interval.</summary>
    public static string Bars(IReadOnlyList<Bar> bars, string title)
    {
        using Plot plot = Canvas();
        for (int i = 0; i < bars.Count; i++)
        {
            Interval value = bars[i].Value;
            var bar = plot.Add.Bar(i, value.Share * 100);
            bar.Color = Color.FromHex(bars[i].Colour);
            foreach (ScottPlot.Bar drawn in bar.Bars)
            {
                drawn.LineWidth = 0;
                drawn.Size = 0.62;
            }

            var whisker = plot.Add.Line(i, value.Low * 100, i, value.High * 100);
            whisker.LineColor = Color.FromHex(SvgRepair.Ink);
            whisker.LineWidth = 1.6f;
        }

        plot.Axes.Bottom.SetTicks(
            [.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(b => Short(b.Label))]);
        plot.Axes.SetLimits(-0.6, bars.Count - 0.4, 0, 104);
        plot.YLabel("accuracy, %");
        return SvgRepair.Of(plot.GetSvgXml(Width, BarsHeight), Width, BarsHeight, title);
    }

    /// <summary>Receiver operating characteristics with the line of chance.</summary>
    public static string Roc(IReadOnlyList<Curve> curves, string title)
    {
        using Plot plot = Canvas();
        var chance = plot.Add.Line(0, 0, 1, 1);
        chance.LineColor = Color.FromHex(Look.Grey);
        chance.LinePattern = LinePattern.Dashed;
        foreach (Curve curve in curves)
        {
            var line = plot.Add.ScatterLine(
                curve.Points.Select(p => p.X).ToArray(), curve.Points.Select(p => p.Y).ToArray(),
                Color.FromHex(curve.Colour));
            line.LineWidth = 2.4f;
        }

        plot.Axes.SetLimits(-0.01, 1.01, -0.01, 1.01);
        plot.XLabel("false positive rate");
        plot.YLabel("true positive rate");
        return SvgRepair.Of(plot.GetSvgXml(SquareSide, SquareSide), SquareSide, SquareSide, title);
    }

    /// <summary>Accuracy over rounds, per cent.</summary>
    public static string Lines(IReadOnlyList<Curve> curves, string title, string xLabel)
    {
        using Plot plot = Canvas();
        foreach (Curve curve in curves)
        {
            var line = plot.Add.Scatter(
                curve.Points.Select(p => p.X).ToArray(), curve.Points.Select(p => p.Y).ToArray(),
                Color.FromHex(curve.Colour));
            line.LineWidth = 2.4f;
            line.MarkerSize = 7;
        }

        double last = curves.SelectMany(c => c.Points).Select(p => p.X).DefaultIfEmpty(1).Max();
        double first = curves.SelectMany(c => c.Points).Select(p => p.X).DefaultIfEmpty(0).Min();
        plot.Axes.SetLimits(first - 0.3, last + 0.3, 0, 104);
        plot.XLabel(xLabel);
        plot.YLabel("accuracy, %");
        return SvgRepair.Of(plot.GetSvgXml(Width, BarsHeight), Width, BarsHeight, title);
    }

    private static Plot Canvas()
    {
        var plot = new Plot();
        Color ink = Color.FromHex(SvgRepair.Ink);
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(ink);
        plot.Grid.MajorLineColor = Color.FromHex(Look.Grey).WithAlpha(0.25);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Bottom.Label.FontSize = 13;
        plot.Axes.Left.Label.FontSize = 13;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        return plot;
    }

    private static string Short(string label) =>
        label.Length <= LabelCharactersMax ? label : label[..(LabelCharactersMax - 1)] + "…";
}
