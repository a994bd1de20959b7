using System.Text.RegularExpressions;

namespace ChainHealth.Tidy.Tests;

/// <summary>Rule 4 of the house: small files, small methods, short lines; and nothing unfinished.</summary>
public partial class StyleTests
{
    private const int LinesMax = 400;
    private const int MedianLinesMax = 120;
    private const int ColumnsMax = 120;
    private const int MethodLinesMax = 70;

    private static readonly SourceFile[] Sources =
        [.. Repository.Files("*.cs").Concat(Repository.Files("*.razor")).Where(f => !f.IsGenerated)];

    [Fact]
    public void No_file_is_over_the_limit_and_the_median_is_small()
    {
        Assert.Empty(Sources.Where(f => f.Lines.Length > LinesMax).Select(f => $"{f.Path}: {f.Lines.Length} lines"));
        int[] lengths = [.. Sources.Where(f => f.Path.StartsWith("src/", StringComparison.Ordinal))
            .Select(f => f.Lines.Length).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, MedianLinesMax);
    }

    [Fact]
    public void No_line_is_over_the_limit()
    {
        Assert.Empty(Each((file, line, text) =>
            text.Length > ColumnsMax && !text.Contains("http", StringComparison.Ordinal)
            ? $"{file.Path}:{line}: {text.Length} columns" : null));
    }

    [Fact]
    public void No_method_is_over_the_limit()
    {
        Assert.Empty(Sources.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(LongMethods));
    }

    [Fact]
    public void Nothing_is_left_unfinished_or_waits_in_place_of_a_condition()
    {
        Assert.Empty(Each((file, line, text) =>
            !file.Path.Contains("Tidy.Tests", StringComparison.Ordinal) && Unfinished().IsMatch(text)
                ? $"{file.Path}:{line}: {text.Trim()}" : null));
    }

    [Fact]
    public void Types_are_named_after_concepts()
    {
        Assert.Empty(Each((file, line, text) =>
            VagueType().Match(text) is { Success: true } m ? $"{file.Path}:{line}: {m.Value}" : null));
    }

    [Fact]
    public void Nothing_names_a_machine_or_a_registry()
    {
        Assert.Empty(Each((file, line, text) =>
            !file.Path.Contains("Tidy.Tests", StringComparison.Ordinal) && MachinePath().IsMatch(text)
                ? $"{file.Path}:{line}: {text.Trim()}" : null));
    }

    [Theory]
    [InlineData("// TODO later", true)]
    [InlineData("throw new NotImplementedException();", true)]
    [InlineData("Thread.Sleep(5);", true)]
    [InlineData("await Task.Delay(500);", true)]
    [InlineData("await Task.Delay(backoff, time, cancellation);", false)]
    public void The_unfinished_are_recognised(string text, bool unfinished) =>
        Assert.Equal(unfinished, Unfinished().IsMatch(text));

    private static IEnumerable<string> Each(Func<SourceFile, int, string, string?> look) =>
        Sources.SelectMany(f => f.Lines.Select((text, i) => look(f, i + 1, text))).OfType<string>();

    /// <summary>By braces: a member of a type in a file-scoped namespace opens at four spaces (eight when nested) and
    /// its body ends at the same depth.</summary>
    private static IEnumerable<string> LongMethods(SourceFile file)
    {
        for (int i = 1; i < file.Lines.Length; i++)
        {
            Match open = BodyStart().Match(file.Lines[i]);
            if (!open.Success || !file.Lines[i - 1].TrimEnd().EndsWith(')'))
            {
                continue;
            }

            string close = open.Groups[1].Value + "}";
            int end = Array.FindIndex(file.Lines, i, l => l.StartsWith(close, StringComparison.Ordinal));
            if (end - i - 1 > MethodLinesMax)
            {
                yield return $"{file.Path}:{i}: {end - i - 1} lines";
            }
        }
    }

    [GeneratedRegex(@"^(    |        )\{$")]
    private static partial Regex BodyStart();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b|Thread\.Sleep"
        + @"|Task\.Delay\(\s*(\d|TimeSpan\.From\w+\(\d)")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w+(Manager|Helper|Utils|Service|Data)\b")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"""/(work|root|tmp/wt|home/\w+)/|https?://[^/ ]*(nuget|npmjs)[^/ ]*")]
    private static partial Regex MachinePath();
}
