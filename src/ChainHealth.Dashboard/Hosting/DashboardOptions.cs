using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChainHealth.Dashboard.Hosting;

/// <summary>The command line of the dashboard.</summary>
/// <param name="Network">The network folder.</param>
/// <param name="Member">Name of this dashboard's member folder in it.</param>
/// <param name="Urls">Where it listens; loopback unless said otherwise.</param>
/// <param name="ParentPid">It ends when this process ends; null = it lives by itself.</param>
public sealed record DashboardOptions(string Network, string Member, string Urls, int? ParentPid)
{
    public const int PortDefault = 5080;

    public const string Usage =
        "usage: ChainHealth.Dashboard --network DIR [--member dashboard] [--port 5080 | --urls URLS] "
        + "[--hospital-links] [--parent-pid PID]";

    /// <summary>Print a one-time link for the first account of each hospital of the genesis.</summary>
    public bool HospitalLinks { get; init; }

    public string MemberFolder => Path.Combine(Network, "members", Member);

    /// <summary>The dashboard's own store: accounts and cookie keys.</summary>
    public string StoreFolder => Path.Combine(MemberFolder, "data");

    /// <summary>False, with the reason, where the arguments make no sense.</summary>
    public static bool TryParse(
        IReadOnlyList<string> args, [NotNullWhen(true)] out DashboardOptions? options, out string fault)
    {
        ArgumentNullException.ThrowIfNull(args);
        options = null;
        bool links = args.Contains("--hospital-links");
        args = [.. args.Where(a => a != "--hospital-links")];
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < args.Count; i += 2)
        {
            if (args[i] is not ("--network" or "--member" or "--port" or "--urls" or "--parent-pid"))
            {
                fault = $"unknown option '{args[i]}'";
                return false;
            }

            if (i + 1 == args.Count || !given.TryAdd(args[i], args[i + 1]))
            {
                fault = i + 1 == args.Count
                    ? $"option '{args[i]}' lacks its value" : $"option '{args[i]}' stands twice";
                return false;
            }
        }

        fault = Check(given);
        if (fault.Length > 0)
        {
            return false;
        }

        string port = given.GetValueOrDefault("--port", PortDefault.ToString(CultureInfo.InvariantCulture));
        options = new DashboardOptions(
            given["--network"],
            given.GetValueOrDefault("--member", "dashboard"),
            given.GetValueOrDefault("--urls", $"http://127.0.0.1:{port}"),
            given.TryGetValue("--parent-pid", out string? pid) ? int.Parse(pid, CultureInfo.InvariantCulture) : null)
        {
            HospitalLinks = links,
        };
        return true;
    }

    private static string Check(Dictionary<string, string> given)
    {
        if (!given.TryGetValue("--network", out string? network))
        {
            return "option '--network' is missing";
        }

        if (!Directory.Exists(network))
        {
            return $"network folder '{network}' does not exist";
        }

        string member = given.GetValueOrDefault("--member", "dashboard");
        if (member != Path.GetFileName(member) || !Directory.Exists(Path.Combine(network, "members", member)))
        {
            return $"network folder '{network}' has no member '{member}'";
        }

        if (given.TryGetValue("--port", out string? port) && !(int.TryParse(port, out int p) && p is >= 0 and <= 65535))
        {
            return $"port '{port}' is not a number from 0 to 65535";
        }

        return given.TryGetValue("--parent-pid", out string? pid) && !(int.TryParse(pid, out int id) && id > 0)
            ? $"parent process id '{pid}' is not a number" : "";
    }
}
