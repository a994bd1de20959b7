using System.Globalization;

namespace ChainHealth.Cli;

/// <summary>Figures as people read them.</summary>
public static class Figures
{
    public static string Bytes(long bytes) => bytes switch
    {
        < 0 => "-",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GiB"),
    };

    public static string Seconds(double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    /// <summary>A share of one, as per cent with one decimal.</summary>
    public static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    public static string Invariant(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
