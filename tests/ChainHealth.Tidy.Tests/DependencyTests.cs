namespace ChainHealth.Tidy.Tests;

/// <summary>Who may reference whom.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Primitives"] = [],
        ["Consensus"] = ["Primitives"],
        ["Federation"] = ["Primitives"],
        ["Ledger"] = ["Primitives", "Federation"],
        ["Mpc"] = ["Primitives"],
        ["Learning"] = ["Primitives"],
        ["Client"] = ["Primitives", "Federation", "Ledger"],
        ["Node"] = ["Primitives", "Consensus", "Federation", "Ledger", "Mpc", "Client"],
        ["Edge"] = ["Primitives", "Federation", "Ledger", "Learning", "Mpc", "Client"],
        ["Dashboard"] = ["Primitives", "Federation", "Ledger", "Mpc", "Client"],
        ["Cli"] = ["Primitives", "Federation", "Ledger", "Client"],
    };

    private static readonly string[] Pure = ["Primitives", "Consensus", "Federation", "Ledger"];

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var projects = Repository.Projects("src").ToDictionary(p => p.Name, p => p.References);
        Assert.Equal(Allowed.Keys.Order(), projects.Keys.Order());
        Assert.Empty(projects.SelectMany(p => p.Value.Except(Allowed[p.Key]).Select(r => $"{p.Key} -> {r}")));
    }

    [Fact]
    public void Pure_projects_have_their_symbols_banned()
    {
        Assert.Equal(
            Pure.Order(),
            Repository.Projects("src")
                .Where(p => p.Xml.Descendants("PureProject").Any(e => e.Value == "true")).Select(p => p.Name).Order());
    }

    [Fact]
    public void Pure_projects_declare_no_asynchronous_member()
    {
        Assert.Empty(Repository.Files("*.cs")
            .Where(f => Pure.Any(p => f.Path.StartsWith($"src/ChainHealth.{p}/", StringComparison.Ordinal)))
            .Where(f => f.Lines.Any(l => l.Contains("async ", StringComparison.Ordinal)
                || l.Contains("Task<", StringComparison.Ordinal)))
            .Select(f => f.Path));
    }

    [Fact]
    public void Two_versions_of_the_drawing_library_never_meet()
    {
        string[] old = [.. Repository.Projects("src").Concat(Repository.Projects("tests"))
            .Where(p => Uses(p.Xml, "Microsoft.ML.ImageAnalytics") || p.References.Contains("Learning"))
            .Select(p => p.Name)];
        Assert.DoesNotContain("Dashboard", old);
        Assert.Empty(Repository.Projects("tests")
            .Where(p => p.References.Contains("Dashboard")
                && p.References.Intersect(["Learning", "Edge"]).Any()).Select(p => p.Name));
    }

    [Fact]
    public void Versions_stand_in_one_file()
    {
        Assert.Empty(Repository.Projects("src").Concat(Repository.Projects("tests"))
            .Where(p => p.Xml.Descendants("PackageReference").Any(r => r.Attribute("Version") is not null))
            .Select(p => p.Name));
    }

    [Fact]
    public void The_top_level_is_the_one_agreed()
    {
        string[] agreed = ["ChainHealth.sln", "README.md", "chain-nodes", "src", "tests", "wwwroot-assets"];
        string[] convention = ["artifacts", "BannedSymbols.txt", "TestResults", "global.json", "LICENSE"];
        Assert.Empty(Directory.EnumerateFileSystemEntries(Repository.Root).Select(e => Path.GetFileName(e)!)
            .Where(n => n[0] != '.' && !n.StartsWith("Directory.", StringComparison.Ordinal))
            .Except(agreed).Except(convention));
        Assert.All(agreed, n => Assert.True(Path.Exists(Path.Combine(Repository.Root, n)), n));
    }

    private static bool Uses(System.Xml.Linq.XDocument xml, string package) =>
        xml.Descendants("PackageReference").Any(r => (string?)r.Attribute("Include") == package);
}
