using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>The one-time link for the administrator that the dashboard prints when it starts.</summary>
public sealed class DashboardLinks
{
    /// <summary>It holds a secret: shown on the terminal, kept out of the log file.</summary>
    public const string AdministratorPrefix = "administrator link: ";

    public string? Administrator { get; private set; }

    /// <param name="child">Who printed the line.</param>
    public void Read(string child, string line)
    {
        if (child == MemberNames.Dashboard)
        {
            Administrator = After(line, AdministratorPrefix) ?? Administrator;
        }
    }

    private static string? After(string line, string prefix) =>
        line.StartsWith(prefix, StringComparison.Ordinal)
        && Uri.IsWellFormedUriString(line[prefix.Length..], UriKind.Absolute)
            ? line[prefix.Length..]
            : null;
}
