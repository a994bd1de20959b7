using System.Runtime.InteropServices;

namespace ChainHealth.Cli;

/// <summary>One of the programs that the command line starts, and how to start it on this machine.</summary>
/// <param name="Name">Project name, for instance ChainHealth.Node.</param>
/// <param name="Executable">The runtime's host, or the program's own executable.</param>
/// <param name="Arguments">What comes before the program's arguments.</param>
public sealed record ProgramFile(string Name, string Executable, IReadOnlyList<string> Arguments)
{
    public const string Node = "ChainHealth.Node";
    public const string Edge = "ChainHealth.Edge";
    public const string Dashboard = "ChainHealth.Dashboard";

    /// <summary>Looks beside this program: artifacts/bin/NAME/CONFIGURATION (a build), ../NAME (published side by
    /// side), or the same folder.</summary>
    /// <exception cref="UserError">It is not there.</exception>
    public static ProgramFile Locate(string name) => LocateFrom(AppContext.BaseDirectory, name);

    public static ProgramFile LocateFrom(string baseDirectory, string name)
    {
        string own = Path.TrimEndingDirectorySeparator(Path.GetFullPath(baseDirectory));
        string configuration = Path.GetFileName(own);
        string[] folders =
        [
            Path.Combine(own, "..", "..", name, configuration),
            Path.Combine(own, "..", name),
            own,
        ];
        foreach (string folder in folders)
        {
            string library = Path.GetFullPath(Path.Combine(folder, name + ".dll"));
            if (File.Exists(library) && RuntimeHost() is string host)
            {
                return new ProgramFile(name, host, [library]);
            }

            string executable = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
            if (File.Exists(executable))
            {
                return new ProgramFile(name, executable, []);
            }
        }

        string built = configuration == "debug" ? "Debug" : "Release";
        throw UserError.Failure(
            $"the program {name} is not beside this one ({own})",
            $"build the whole solution: dotnet build ChainHealth.sln -c {built}");
    }

    /// <summary>The dotnet that runs this process: shared/Microsoft.NETCore.App/VERSION lies three folders below it.
    /// </summary>
    private static string? RuntimeHost()
    {
        string file = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", file));
        return File.Exists(host) ? host : null;
    }
}
