using System.Text.RegularExpressions;

namespace ChainHealth.Tidy.Tests;

/// <summary>FAULTS.md names a test for each fault: each named test must exist, each row must stand there.</summary>
public partial class FaultTableTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "FAULTS.md"));

    [Fact]
    public void Each_test_that_the_table_names_exists()
    {
        HashSet<string> tests = [.. Repository.Files("*.cs")
            .Where(f => f.Path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(f => f.Lines.SelectMany(l => TestMethod().Matches(l).Select(m => m.Groups[1].Value)))];
        string[] named = [.. Lines.SelectMany(l => Quoted().Matches(l).Select(m => m.Groups[1].Value))];
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Every_fault_and_every_invariant_has_its_row_with_a_test_or_a_gap()
    {
        string[] rows = [.. Lines.Where(l => l.StartsWith("| ", StringComparison.Ordinal))];
        IEnumerable<string> wanted = Enumerable.Range(1, 30).Select(i => $"| {i} |")
            .Concat(Enumerable.Range(1, 8).Select(i => $"| I{i} |"));
        Assert.All(wanted, start =>
        {
            string row = Assert.Single(rows, r => r.StartsWith(start, StringComparison.Ordinal));
            Assert.True(Quoted().IsMatch(row) || row.Contains("**Gap**", StringComparison.Ordinal), row);
        });
    }

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`(\w+_\w+)`")]
    private static partial Regex Quoted();
}
