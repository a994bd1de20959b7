using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChainHealth.Learning;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace ChainHealth.Edge;

/// <summary>dataset screen: how well poisoned records are found, measured on records that neither the model nor the
/// predictors have seen.</summary>
internal static class DatasetScreenCommand
{
    private const int ImageSeeds = 2;
    private const int TableSeeds = 5;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        Option<string> names = new("--datasets")
        {
            Description = "names, parted by commas",
            DefaultValueFactory = _ => "mednist,bccd,pneumoniamnist,wdbc,heart-failure",
        };
        Option<string?> data = EdgeOptions.Data();
        Option<int> rounds = new("--rounds") { Description = "of the model", DefaultValueFactory = _ => 5 };
        Option<string?> target = new("--out") { Description = "folder for screening.json and screening.md" };
        Option<bool> json = new("--json") { Description = "print JSON" };
        var command = new Command(
            "screen", "train the record predictors from scratch and measure them on records held back")
        {
            names, data, rounds, target, json,
        };
        command.SetAction((r, cancellation) => RunAsync(
            r.GetValue(names)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            r.GetValue(data), r.GetValue(rounds), r.GetValue(target), r.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] names, string? data, int rounds, string? target, bool json, CancellationToken cancellation)
    {
        if (rounds is < 1 or > 100)
        {
            throw new EdgeException($"--rounds {rounds}: 1 to 100 are possible");
        }

        Dataset[] sets = [.. names.Select(n => DatasetLoader.Load(n, data))];
        var results = new List<ScreeningSummary>();
        foreach (Dataset set in sets)
        {
            int seeds = set.Schema.IsTable ? TableSeeds : ImageSeeds;
            var runs = new List<ScreeningFigures>();
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                await Console.Error.WriteLineAsync($"{set.Name}: seed {seed} of {seeds}");
                runs.Add(ScreeningTrial.Run(set, rounds, seed, cancellation));
            }

            results.Add(ScreeningSummary.Of(runs));
        }

        string text = JsonSerializer.Serialize(
            new
            {
                command = $"chainhealth dataset screen --datasets {string.Join(',', names)} --rounds {rounds}",
                results,
            },
            Indented);
        if (target is not null)
        {
            Directory.CreateDirectory(target);
            await File.WriteAllTextAsync(Path.Combine(target, "screening.json"), text + "\n", cancellation);
            await File.WriteAllTextAsync(Path.Combine(target, "screening.md"), Markdown(results), cancellation);
        }

        if (json)
        {
            Console.WriteLine(text);
        }
        else
        {
            Show(results);
        }

        return 0;
    }

    private static void Show(IReadOnlyList<ScreeningSummary> results)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("data set", "accuracy", "AUC", "found", "false positives", "triggers found");
        foreach (ScreeningSummary r in results)
        {
            table.AddRow(
                Markup.Escape(r.Dataset), Percent(r.Accuracy), $"{Number(r.AucMin)} to {Number(r.AucMax)}",
                Percent(r.Detected), Percent(r.FalsePositives),
                r.Triggers.IsEmpty
                    ? "-" : string.Join(", ", r.Triggers.Select(t => $"{t.Look} {Percent(t.Detected)}")));
        }

        AnsiConsole.Write(table);
    }

    private static string Markdown(IReadOnlyList<ScreeningSummary> results)
    {
        var text = new StringBuilder();
        text.AppendLine("# How well poisoned records are found").AppendLine()
            .AppendLine("Measured on records that neither the model nor the predictors have seen; 5 to 40 % of their "
                + "labels changed to another class. Made by `chainhealth dataset screen --out DIR`.").AppendLine()
            .AppendLine("| data set | records | model's accuracy | AUC, least to most | wrong labels found | "
                + "false positives | calibration error | unsure | accuracy where sure |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (ScreeningSummary r in results)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Dataset} | {r.Held} x {r.Seeds} | {Percent(r.Accuracy)} | {Number(r.AucMin)} to "
                + $"{Number(r.AucMax)} | {Percent(r.Detected)} | {Percent(r.FalsePositives)} | "
                + $"{Number(r.CalibrationError)} | {Percent(r.Unsure)} | {Percent(r.SureAccuracy)} |");
        }

        text.AppendLine().AppendLine("| data set | trigger | AUC | found | place right |")
            .AppendLine("|---|---|---|---|---|");
        foreach ((ScreeningSummary r, TriggerFigures t) in results.SelectMany(r => r.Triggers.Select(t => (r, t))))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Dataset} | {t.Look} | {Number(t.Auc)} | {Percent(t.Detected)} | {Percent(t.RightPlace)} |");
        }

        return text.ToString();
    }

    private static string Percent(double value) => value.ToString("P1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
