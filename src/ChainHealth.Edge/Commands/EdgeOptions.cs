using System.CommandLine;
using System.Globalization;

namespace ChainHealth.Edge;

/// <summary>Options that several commands share.</summary>
internal static class EdgeOptions
{
    public static Option<string> Network() =>
        new("--network") { Description = "network folder made by 'chainhealth network init'", Required = true };

    public static Option<string> Member() =>
        new("--member") { Description = "name of this institution in the network folder", Required = true };

    public static Option<string> Dataset() =>
        new("--dataset")
        {
            Description = "name of the data set ('dataset list' shows them) or a path", Required = true,
        };

    public static Option<string?> Data() =>
        new("--data") { Description = "folder in which to look for data sets first" };

    public static Option<string?> Model() =>
        new("--model") { Description = "network: mlp, conv1d, lenet or strided; default by data set" };

    public static Option<string> Partition() =>
        new("--partition")
        {
            Description = "part of the training split that this hospital holds, e.g. 2/5",
            DefaultValueFactory = _ => "1/1",
        };

    public static Option<string> Alpha() =>
        new("--alpha")
        {
            Description = "iid, or the Dirichlet parameter of the split", DefaultValueFactory = _ => "iid",
        };

    public static Option<string> Checks() => new("--checks")
    {
        Description = $"what updates must pass: {string.Join(", ", CheckSet.Names)} (several with a plus between), "
            + $"or {CheckSet.None}, for comparison",
        DefaultValueFactory = _ => CheckSet.All,
    };

    public static Option<ulong> Seed() =>
        new("--seed") { Description = "seed of everything that is drawn", DefaultValueFactory = _ => 1 };

    public static Option<int?> ParentPid() =>
        new("--parent-pid") { Description = "stop when this process is gone" };

    /// <summary>'iid' or a positive number.</summary>
    /// <returns>Null for iid.</returns>
    /// <exception cref="EdgeException">Neither.</exception>
    public static double? ParseAlpha(string text)
    {
        if (text.Equals("iid", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha)
            && alpha is >= 0.01 and <= 1000
            ? alpha
            : throw new EdgeException($"--alpha {text}: 'iid' or a number from 0.01 to 1000 is wanted");
    }

    /// <summary>'2/5' is the second of five parts.</summary>
    /// <exception cref="EdgeException">Not of that form.</exception>
    public static (int Index, int Count) ParsePartition(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int count) && index >= 1 && index <= count
            ? (index - 1, count)
            : throw new EdgeException($"--partition {text}: a part such as 2/5 is wanted");
    }
}
