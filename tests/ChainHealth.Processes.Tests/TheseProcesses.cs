using System.Text;

namespace ChainHealth.Processes.Tests;

/// <summary>Looks at the processes of this machine by their command lines.</summary>
internal static class TheseProcesses
{
    /// <summary>Ids of the processes whose command line names the folder.</summary>
    public static int[] Naming(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out int id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId)
            .Where(id => CommandLineOf(id).Contains(folder, StringComparison.Ordinal)),
    ];

    private static string CommandLineOf(int id)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
