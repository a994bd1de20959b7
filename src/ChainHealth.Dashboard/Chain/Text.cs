using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>Numbers, times and names as people read them; always with their unit, always UTC.</summary>
public static class Text
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string PerMille(int value) => (value / 10.0).ToString("0.0", Culture) + " %";

    public static string Percent(double ratio) => (ratio * 100).ToString("0.0", Culture) + " %";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => string.Create(Culture, $"{bytes} B"),
        < 1_000_000 => string.Create(Culture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(Culture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(Culture, $"{bytes / 1e9:0.00} GB"),
    };

    public static string Duration(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => string.Create(Culture, $"{Math.Max(0, span.TotalMilliseconds):0} ms"),
        < 60 => string.Create(Culture, $"{span.TotalSeconds:0.0} s"),
        < 3600 when span.Seconds == 0 => string.Create(Culture, $"{(int)span.TotalMinutes} min"),
        < 3600 => string.Create(Culture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        _ => string.Create(Culture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };

    /// <summary>Coarse, so that a page does not flicker.</summary>
    public static string Ago(TimeSpan span) => span.TotalSeconds switch
    {
        < 1.5 => "just now",
        < 60 => string.Create(Culture, $"{span.TotalSeconds:0} s ago"),
        < 3600 => string.Create(Culture, $"{(int)span.TotalMinutes} min ago"),
        < 86400 => string.Create(Culture, $"{(int)span.TotalHours} h ago"),
        _ => string.Create(Culture, $"{(int)span.TotalDays} d ago"),
    };

    /// <summary>An estimate: whole seconds, no false precision.</summary>
    public static string Left(TimeSpan span) => span.TotalSeconds < 60
        ? string.Create(Culture, $"{Math.Ceiling(span.TotalSeconds):0} s") : Duration(span);

    public static string Time(Instant at) => at.ToDateTimeOffset().ToString("HH:mm:ss", Culture);

    public static string Moment(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", Culture) + " UTC";

    public static string Moment(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", Culture) + " UTC";

    public static string Number(long value) => value.ToString("N0", Culture);

    public static string Count(int count, string thing) =>
        string.Create(Culture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");

    public static string Lower(MemberRole role) => role.ToString().ToLowerInvariant();

    public static string Join(IEnumerable<string> names)
    {
        List<string> all = [.. names];
        return all.Count <= 1 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
