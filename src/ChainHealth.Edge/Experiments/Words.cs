using System.Globalization;

namespace ChainHealth.Edge.Experiments;

/// <summary>Figures as they stand in a report.</summary>
internal static class Words
{
    public static string Percent(double share) => double.IsNaN(share)
        ? "-" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Of(Rate rate) => rate.Of == 0 ? "-" : string.Create(CultureInfo.InvariantCulture,
        $"{100.0 * rate.Hits / rate.Of:0.0} % ({rate.Hits}/{rate.Of}; {100 * rate.Low:0.0}-{100 * rate.High:0.0})");

    /// <summary>Mean and interval in per cent.</summary>
    public static string Of(Mean mean) => mean.Cells == 0 ? "-" : string.Create(CultureInfo.InvariantCulture,
        $"{100 * mean.Value:0.0} ({100 * mean.Low:0.0}-{100 * mean.High:0.0})");

    /// <summary>A difference of accuracies in points.</summary>
    public static string Points(Mean mean) => mean.Cells == 0 ? "-" : string.Create(CultureInfo.InvariantCulture,
        $"{100 * mean.Value:+0.0;-0.0;0.0} ({100 * mean.Low:+0.0;-0.0;0.0} to {100 * mean.High:+0.0;-0.0;0.0})");

    public static string Yes(bool? met) => met is { } known ? (known ? "yes" : "**no**") : "not measured";
}
