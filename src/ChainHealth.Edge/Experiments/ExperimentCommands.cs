using System.CommandLine;
using System.Text;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>experiment poisoning | recovery.</summary>
internal static class ExperimentCommands
{
    private const int Unfinished = 2;

    public static Command Create() => new("experiment", "measure what the checks catch and what they save")
    {
        Below("poisoning", "every attack against the checks: CSV, JSON and Markdown", PoisoningChoice,
            (plan, results, command) =>
            {
                var report = new PoisoningReport(plan, results);
                return new Report(report.ToCsv(), report.ToJson(), report.ToMarkdown(command));
            }),
        Below("recovery", "accuracy clean, poisoned, and poisoned with checks", RecoveryChoice,
            (plan, results, command) =>
            {
                var report = new RecoveryReport(plan, results);
                return new Report(
                    report.ToCsv(), report.ToJson(), report.ToMarkdown(command), RecoveryChart.Draw(report.Rows));
            }),
    };

    private static GridChoice PoisoningChoice(bool quick) => quick
        ? new GridChoice(["wdbc", "pneumoniamnist"], Grid.Attacks, ["20"], ["iid", "0.1"], ["1"], ["all", "accuracy"])
        : new GridChoice(
            Grid.Datasets, Grid.Attacks, ["20", "40", "10", "30"], Grid.Alphas, ["1", "2", "3"], ["all", "accuracy"]);

    private static GridChoice RecoveryChoice(bool quick) => new(
        quick ? ["wdbc", "pneumoniamnist"] : Grid.Datasets, ["label-flip"], ["10", "20", "30", "40", "50"], ["iid"],
        quick ? ["1"] : ["1", "2", "3"], ["all", "accuracy"]);

    private static Command Below(
        string name, string description, Func<bool, GridChoice> usual,
        Func<GridPlan, IReadOnlyList<CellResult>, string, Report> report)
    {
        var options = new GridOptions();
        var command = new Command(name, description);
        options.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var loaded = new Dictionary<string, Dataset>();
            Dataset Load(string dataset) => loaded.TryGetValue(dataset, out Dataset? known)
                ? known : loaded[dataset] = DatasetLoader.Load(dataset, parsed.GetValue(options.Data));
            GridPlan plan = options.Plan(parsed, usual(parsed.GetValue(options.Quick)), Load);
            TorchRuntime.Prepare();
            IReadOnlyList<CellResult> results = await GridRun.CompleteAsync(plan, Load, cancellation);
            if (plan.Shard is null)
            {
                Report made = report(plan, results, CommandText(name));
                made.Write(plan.Out, name);
                Console.WriteLine(parsed.GetValue(options.Json) ? made.Json : made.Markdown);
            }

            return plan.Shard is not null || results.Count == plan.Cells.Count ? 0 : Unfinished;
        });
        return command;
    }

    /// <summary>The command as a person would write it again.</summary>
    private static string CommandText(string name)
    {
        string[] arguments = Environment.GetCommandLineArgs();
        int at = Array.IndexOf(arguments, name);
        return string.Join(' ', (string[])["chainhealth", "experiment", name, .. arguments[(at + 1)..]]);
    }

    private sealed record Report(string Csv, string Json, string Markdown, string? Svg = null)
    {
        public void Write(string folder, string name)
        {
            Directory.CreateDirectory(folder);
            foreach ((string ending, string? content) in ((string, string?)[])
                [("csv", Csv), ("json", Json + "\n"), ("md", Markdown), ("svg", Svg)])
            {
                if (content is null)
                {
                    continue;
                }

                string path = Path.Combine(folder, $"{name}.{ending}");
                File.WriteAllText(path + ".new", content, new UTF8Encoding(false));
                File.Move(path + ".new", path, overwrite: true);
            }
        }
    }
}
