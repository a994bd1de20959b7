using System.Text;

namespace ChainHealth.Edge.Experiments;

/// <summary>A table of a Markdown report.</summary>
internal static class MarkdownTable
{
    public static string Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Line(header);
        Line(header.Select(_ => "---"));
        foreach (IReadOnlyList<string> row in rows)
        {
            Line(row);
        }

        return text.ToString();
    }
}
