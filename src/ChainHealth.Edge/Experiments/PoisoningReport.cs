using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChainHealth.Edge.Experiments;

/// <summary>CSV (a line for each cell and set of checks), JSON and Markdown of the detection matrix.</summary>
internal sealed class PoisoningReport(GridPlan plan, IReadOnlyList<CellResult> results)
{
    private const double GapMax = 0.01;
    private const double GainMax = 0.05;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            settings = plan.Settings,
            cells = new { finished = results.Count, planned = plan.Cells.Count },
            machineSeconds = Math.Round(results.Sum(r => r.Seconds), 1),
            checks = plan.Settings.Checks.Select(c => new
            {
                name = c,
                goals = Goals.Judge(results, c),
                byAttack = GroupSummary.By(results, c, Goals.Kind),
                byDataset = GroupSummary.By(results, c, cell => cell.Dataset),
                byAlpha = GroupSummary.By(results, c, cell => cell.Alpha),
                byShare = GroupSummary.By(results, c, cell => $"{cell.Share} %"),
            }),
        },
        Indented);

    public string ToCsv()
    {
        var text = new StringBuilder(
            "dataset,model,alpha,seed,attack,share,checks,poisoned,poisoned_refused,effective,effective_refused,"
            + "honest,honest_refused,"
            + "accuracy_clean,accuracy_without_poisoners,accuracy_unprotected,accuracy_checked,success_clean,"
            + "success_unprotected,success_checked,kept_old_model,seconds\n");
        foreach (CellResult r in results)
        {
            foreach (CheckLine l in r.Checked)
            {
                text.Append(string.Create(CultureInfo.InvariantCulture, $"{r.Cell.Dataset},{r.Cell.Model},"));
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"{r.Cell.Alpha},{r.Cell.Seed},{r.Cell.Attack},{r.Cell.Share},{l.Checks},{l.Poisoned},"));
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"{l.PoisonedRefused},{l.Effective},{l.EffectiveRefused},{l.Honest},{l.HonestRefused},"));
                text.Append(string.Create(CultureInfo.InvariantCulture, $"{r.Clean.Accuracy},"));
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"{r.WithoutPoisoners.Accuracy},{r.Unprotected.Accuracy},{l.Score.Accuracy},"));
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"{r.Clean.AttackSuccess},{r.Unprotected.AttackSuccess},{l.Score.AttackSuccess},"));
                text.Append(string.Create(CultureInfo.InvariantCulture, $"{l.KeptOldModel},{r.Seconds}\n"));
            }
        }

        return text.ToString();
    }

    public string ToMarkdown(string command)
    {
        var text = new StringBuilder("# Poisoning: which attacks the checks catch\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"`{command}`\n\n{results.Count} of {plan.Cells.Count} cells, {results.Sum(r => r.Seconds):0} s of a ");
        text.Append(CultureInfo.InvariantCulture,
            $"process; {plan.Settings.Text}. Plain arithmetic with the decisions of the encrypted check. ");
        text.Append("A rate stands with its count and Wilson's 95 % interval, a mean with the bootstrap's.\n");
        foreach (string checks in plan.Settings.Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Checks: {checks}\n\n");
            text.Append(MarkdownTable.Of(
                ["goal", "measured", "met"],
                Goals.Judge(results, checks).Select(g => (string[])[g.Wanted, g.Measured, Words.Yes(g.Met)])));
            text.Append('\n').Append(Table("attack", GroupSummary.By(results, checks, Goals.Kind)));
            text.Append('\n').Append(Table("data set", GroupSummary.By(results, checks, c => c.Dataset)));
            text.Append('\n').Append(Table("split", GroupSummary.By(results, checks, c => c.Alpha)));
            text.Append('\n').Append(Table("poisoned", GroupSummary.By(results, checks, c => $"{c.Share} %")));
        }

        AppendMisses(text);
        return text.ToString();
    }

    private static string Table(string what, IEnumerable<GroupSummary> groups) => MarkdownTable.Of(
        [what, "cells", "poisoned refused", "of the effective", "honest refused", "accuracy clean", "unprotected",
            "with checks", "points against clean", "success clean / unprotected / with checks"],
        groups.Select(g => (string[])
        [
            g.Group, g.Cells.ToString(CultureInfo.InvariantCulture), Words.Of(g.Caught),
            Words.Of(g.CaughtEffective), Words.Of(g.Refused),
            Words.Of(g.Clean), Words.Of(g.Unprotected), Words.Of(g.Checked), Words.Points(g.Gap),
            g.Success.Cells == 0 ? "-" : $"{Words.Percent(g.SuccessClean.Value)} / "
                + $"{Words.Percent(g.SuccessUnprotected.Value)} / {Words.Percent(g.Success.Value)}",
        ]));

    /// <summary>Cells of the first set of checks that miss, and what the figures say about why: counted, then one by
    /// one.</summary>
    private void AppendMisses(StringBuilder text)
    {
        string checks = plan.Settings.Checks[0];
        (CellResult Result, CheckLine Line, IReadOnlyList<Miss> Why)[] missed = [.. results
            .SelectMany(r => r.Checked.Where(l => l.Checks == checks).Select(l => (r, l, Why(r, l))))
            .Where(x => x.Item3.Count > 0)];
        text.Append(CultureInfo.InvariantCulture, $"\n## Cells that miss ({checks}): {missed.Length}\n\n");
        text.Append(MarkdownTable.Of(
            ["why", "cells"],
            missed.SelectMany(x => x.Why).GroupBy(m => m.Cause).OrderByDescending(g => g.Count())
                .Select(g => (string[])[g.Key, g.Count().ToString(CultureInfo.InvariantCulture)])));
        text.Append('\n').Append(MarkdownTable.Of(
            ["cell", "poisoned refused", "honest refused", "accuracy against clean", "why"],
            missed.Select(x => (string[])
            [
                x.Result.Cell.ToString(), $"{x.Line.PoisonedRefused}/{x.Line.Poisoned}",
                $"{x.Line.HonestRefused}/{x.Line.Honest}",
                Words.Percent(x.Line.Score.Accuracy - x.Result.Clean.Accuracy),
                string.Join("; ", x.Why.Select(m => m.Detail)),
            ])));
    }

    private static List<Miss> Why(CellResult result, CheckLine line)
    {
        var why = new List<Miss>();
        if (line.PoisonedRefused < line.Poisoned)
        {
            double harm = result.WithoutPoisoners.Accuracy - line.Score.Accuracy;
            double gain = (line.Score.AttackSuccess ?? 0) - (result.Clean.AttackSuccess ?? 0);
            why.Add(harm <= GapMax && gain <= GainMax
                ? Miss.Of("what passed did no harm: accuracy and success are those of the run without it")
                : new Miss(
                    "what passed cost more than a point of accuracy or gave the attack more than five",
                    FormattableString.Invariant(
                        $"what passed cost {100 * harm:0.0} points and gave the attack {100 * gain:0.0} points")));
        }

        if (line.HonestRefused * 20 > line.Honest)
        {
            why.Add(new Miss("more than one honest update of twenty refused",
                "honest refused by " + string.Join(", ", line.HonestReasons.Select(r => $"{r.Key} {r.Value}"))));
        }

        if (line.Score.Accuracy < result.Clean.Accuracy - GapMax)
        {
            why.Add(line.Score.Accuracy >= result.WithoutPoisoners.Accuracy - GapMax
                ? Miss.Of("the accuracy is that of perfect removal: the poisoners' own records are missing")
                : line.KeptOldModel > 0
                ? new Miss("rounds kept the old model", $"{line.KeptOldModel} rounds kept the old model")
                : Miss.Of("honest updates or poison make the difference, see the rates"));
        }

        return why;
    }

    /// <summary>Why a cell misses a goal.</summary>
    /// <param name="Cause">The same words for all such cells.</param>
    /// <param name="Detail">With this cell's figures.</param>
    private sealed record Miss(string Cause, string Detail)
    {
        public static Miss Of(string cause) => new(cause, cause);
    }
}
