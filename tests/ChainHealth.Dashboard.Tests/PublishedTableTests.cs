using ChainHealth.Dashboard.Downloads;

namespace ChainHealth.Dashboard.Tests;

public sealed class PublishedTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-published-").FullName;

    [Fact]
    public void The_reports_of_this_version_show_each_attack_with_the_command_that_measured_it()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "wwwroot", "results");
        PublishedTable attacks = PublishedTable.Load(folder)
            .First(t => t.File == "poisoning.md" && t.Columns[0] == "attack");

        Assert.Contains("chainhealth experiment poisoning", attacks.Note, StringComparison.Ordinal);
        Assert.Contains(attacks.Rows, r => r[0] == "label-flip");
        Assert.All(attacks.Rows, r => Assert.Equal(attacks.Columns.Length, r.Length));
    }

    [Fact]
    public void Tables_carry_heading_section_and_note_and_other_files_are_passed_over()
    {
        File.WriteAllText(Path.Combine(_folder, "a.md"),
            "# Costs\n\n`chainhealth bench`, once\n\n## Small\n\n| n | s |\n|---|---|\n| 4 | **2** |\n\nlater\n");
        File.WriteAllText(Path.Combine(_folder, "b.json"), "[");

        PublishedTable table = Assert.Single(PublishedTable.Load(_folder));

        Assert.Equal("Costs · Small · by n", table.Title);
        Assert.Equal("chainhealth bench, once", table.Note);
        Assert.Equal(["4", "2"], [.. Assert.Single(table.Rows)]);
        Assert.Empty(PublishedTable.Load(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void Of_a_very_long_table_the_first_rows_are_shown_and_all_are_counted()
    {
        File.WriteAllLines(Path.Combine(_folder, "a.md"),
            ["# Long", "| n |", "|---|", .. Enumerable.Range(0, 501).Select(i => $"| {i} |")]);

        PublishedTable table = Assert.Single(PublishedTable.Load(_folder));

        Assert.Equal((500, 501), (table.Rows.Length, table.Total));
    }

    [Fact]
    public void Reports_are_parsed_once_and_again_after_a_change()
    {
        string file = Path.Combine(_folder, "a.md");
        File.WriteAllText(file, "# Costs\n\n| n | s |\n|---|---|\n| 4 | 2 |\n");
        var reports = new PublishedReports(_folder);

        Assert.Single(reports.Tables);
        Assert.Same(reports.Tables[0], reports.Tables[0]);
        Assert.Equal(1, reports.Readings);
        File.WriteAllText(file, "# Costs\n\n| n | s |\n|---|---|\n| 4 | 2 |\n| 8 | 3 |\n");
        Assert.Equal(2, Assert.Single(reports.Tables).Rows.Length);
        File.WriteAllText(Path.Combine(_folder, "plot.svg"), "<svg/>");
        Assert.Equal(["plot.svg"], [.. reports.Pictures]);
        Assert.Empty(new PublishedReports(Path.Combine(_folder, "none")).Tables);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
