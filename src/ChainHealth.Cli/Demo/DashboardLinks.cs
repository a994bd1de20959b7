using System.Collections.Immutable;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>The one-time links that the dashboard prints when it starts: for the administrator, and for the first
/// account of each hospital. They are secrets: shown on the terminal, kept out of the log file.</summary>
public sealed class DashboardLinks
{
    private const string AdministratorPrefix = "administrator link: ";
    private const string HospitalPrefix = "hospital link: ";

    private ImmutableSortedDictionary<string, string> _hospitals =
        ImmutableSortedDictionary<string, string>.Empty;

    public string? Administrator { get; private set; }

    /// <summary>By the hospital's name.</summary>
    public ImmutableSortedDictionary<string, string> Hospitals => _hospitals;

    /// <param name="child">Who printed the line.</param>
    public void Read(string child, string line)
    {
        if (child != MemberNames.Dashboard)
        {
            return;
        }

        Administrator = After(line, AdministratorPrefix) ?? Administrator;
        if (line.StartsWith(HospitalPrefix, StringComparison.Ordinal)
            && line[HospitalPrefix.Length..].Split(' ') is [var name, var link])
        {
            ImmutableInterlocked.Update(ref _hospitals, all => all.SetItem(name, link));
        }
    }

    /// <summary>The line as a log file may keep it.</summary>
    public static string Hidden(string line) =>
        new[] { AdministratorPrefix, HospitalPrefix }.FirstOrDefault(
            p => line.StartsWith(p, StringComparison.Ordinal)) is { } prefix
            ? prefix + "(on the terminal only)" : line;

    private static string? After(string line, string prefix) =>
        line.StartsWith(prefix, StringComparison.Ordinal)
        && Uri.IsWellFormedUriString(line[prefix.Length..], UriKind.Absolute)
            ? line[prefix.Length..]
            : null;
}
