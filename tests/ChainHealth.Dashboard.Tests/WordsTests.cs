using System.Reflection;
using System.Text;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The texts of the resource file.</summary>
public class WordsTests
{
    public static TheoryData<string> Names { get; } = [.. typeof(Words).GetProperties(
        BindingFlags.Public | BindingFlags.Static).Where(p => p.PropertyType == typeof(string)).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_text_is_there_and_takes_what_is_put_in(string name)
    {
        string text = (string)typeof(Words).GetProperty(name)!.GetValue(null)!;

        Assert.NotEqual("", text.Trim());
        Assert.InRange(CompositeFormat.Parse(text).MinimumArgumentCount, 0, 2);
    }

    [Fact]
    public void What_is_put_in_stands_where_the_text_says() => Assert.Equal(
        "No validator answered: <b>. The chain itself is not affected; the dashboard tries again every 2 seconds.",
        Say.With(Words.ChainOutOfReachWhy, "<b>", 2));
}
