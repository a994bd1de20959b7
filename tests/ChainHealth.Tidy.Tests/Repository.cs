using System.Xml.Linq;

namespace ChainHealth.Tidy.Tests;

/// <summary>The source tree that these tests look at.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files of the house, without build output.</summary>
    public static IEnumerable<SourceFile> Files(string pattern) =>
        new[] { "src", "tests" }
            .SelectMany(top => Directory.EnumerateFiles(Path.Combine(Root, top), pattern, SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(path => new SourceFile(
                Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllLines(path)));

    public static IEnumerable<(string Name, IReadOnlyList<string> References, XDocument Xml)> Projects(string top) =>
        Directory.EnumerateFiles(Path.Combine(Root, top), "*.csproj", SearchOption.AllDirectories)
            .Select(path =>
            {
                XDocument xml = XDocument.Load(path);
                string[] references =
                [
                    .. xml.Descendants("ProjectReference")
                        .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
                        .Select(r => Short((string)r.Attribute("Include")!)),
                ];
                return (Short(path), (IReadOnlyList<string>)references, xml);
            });

    private static string Short(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("ChainHealth.", "", StringComparison.Ordinal);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChainHealth.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("ChainHealth.sln is in no folder above the tests");
    }
}

internal sealed record SourceFile(string Path, string[] Lines)
{
    public bool IsGenerated => Path.Contains("/Migrations/", StringComparison.Ordinal);
}
