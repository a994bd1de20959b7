using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChainHealth.Edge.Experiments;

/// <summary>A row of the table: one data set at one share of poisoned hospitals, means over seeds, splits and attacks.
/// </summary>
/// <param name="Recovered">Checked minus unprotected, in accuracy.</param>
internal sealed record RecoveryRow(
    string Dataset, int Share, int Cells, Mean Clean, Mean Unprotected,
    ImmutableArray<(string Checks, Mean Accuracy)> Checked, Mean Recovered);

/// <summary>The one table of the paper's claim: accuracy clean, poisoned without a check, poisoned with each set of
/// checks.</summary>
internal sealed class RecoveryReport(GridPlan plan, IReadOnlyList<CellResult> results)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public ImmutableArray<RecoveryRow> Rows { get; } =
    [
        .. results.GroupBy(r => (r.Cell.Dataset, r.Cell.Share)).Select(g => new RecoveryRow(
            g.Key.Dataset, g.Key.Share, g.Count(), Mean.Of(g.Select(r => r.Clean.Accuracy)),
            Mean.Of(g.Select(r => r.Unprotected.Accuracy)),
            [.. plan.Settings.Checks.Select(c => (c, Mean.Of(g.Select(r => Line(r, c).Score.Accuracy))))],
            Mean.Of(g.Select(r => Line(r, plan.Settings.Checks[0]).Score.Accuracy - r.Unprotected.Accuracy)))),
    ];

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            settings = plan.Settings,
            cells = new { finished = results.Count, planned = plan.Cells.Count },
            rows = Rows.Select(r => new
            {
                dataset = r.Dataset,
                share = r.Share,
                cells = r.Cells,
                clean = r.Clean,
                unprotected = r.Unprotected,
                withChecks = r.Checked.ToDictionary(c => c.Checks, c => c.Accuracy),
                recovered = r.Recovered,
            }),
        },
        Indented);

    public string ToCsv()
    {
        var text = new StringBuilder("dataset,share,cells,clean,unprotected,");
        text.AppendJoin(',', plan.Settings.Checks.Select(c => $"checks_{c}")).Append(",recovered\n");
        foreach (RecoveryRow r in Rows)
        {
            text.AppendJoin(',', (string[])[r.Dataset, Number(r.Share), Number(r.Cells), Number(r.Clean.Value),
                Number(r.Unprotected.Value), .. r.Checked.Select(c => Number(c.Accuracy.Value)),
                Number(r.Recovered.Value)]).Append('\n');
        }

        return text.ToString();
    }

    public string ToMarkdown(string command)
    {
        var text = new StringBuilder("# Recovery: accuracy without and with checks\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"`{command}`\n\n{results.Count} of {plan.Cells.Count} cells, {results.Sum(r => r.Seconds):0} s of a ");
        text.Append(CultureInfo.InvariantCulture,
            $"process; {plan.Settings.Text}. Test accuracy in per cent, mean and 95 % interval (bootstrap).\n\n");
        text.Append(MarkdownTable.Of(
            ["data set", "poisoned", "cells", "clean", "unprotected",
                .. plan.Settings.Checks.Select(c => $"checks: {c}"), "recovered, points"],
            Rows.Select(r => (string[])[r.Dataset, $"{r.Share} %", Number(r.Cells), Words.Of(r.Clean),
                Words.Of(r.Unprotected), .. r.Checked.Select(c => Words.Of(c.Accuracy)), Words.Points(r.Recovered)])));
        return text.ToString();
    }

    private static CheckLine Line(CellResult result, string checks) => result.Checked.First(l => l.Checks == checks);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
