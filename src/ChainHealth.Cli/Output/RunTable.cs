using System.Globalization;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>A run as a table, one row for each round begun.</summary>
public static class RunTable
{
    /// <summary>With more hospitals the verdicts are counted instead of shown one by one.</summary>
    private const int HospitalColumnsMax = 8;

    public static Table Build(LedgerState state, RunState run, ConsensusTraffic traffic)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("Round").RightAligned()).AddColumn("Phase");
        bool each = run.Plan.Hospitals.Length <= HospitalColumnsMax;
        if (each)
        {
            foreach (var hospital in run.Plan.Hospitals)
            {
                table.AddColumn(Markup.Escape(RunReporter.NameOf(state, hospital)));
            }
        }
        else
        {
            table.AddColumn("Verdicts");
        }

        foreach (string name in (string[])
            ["Accuracy", "Train", "Check", "Aggregate", "Publish", "Shares", "SMPC", "Consensus"])
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn("Model");
        foreach (RoundRecord record in run.Records)
        {
            table.AddRow([.. Row(run, record, each, traffic)]);
        }

        return table;
    }

    /// <summary>One line about a finished round, for output that cannot be redrawn.</summary>
    public static string Line(LedgerState state, RunState run, RoundRecord record, ConsensusTraffic traffic)
    {
        string verdicts = string.Join(
            ", ", record.Outcomes.Select(o => $"{RunReporter.NameOf(state, o.Hospital)} {Words.Of(o.Verdict)}"));
        double judged = RunReporter.SecondsOf(record, "check") + RunReporter.SecondsOf(record, "aggregate")
            + RunReporter.SecondsOf(record, "publish");
        long shares = record.Outcomes.Sum(o => o.Commitment?.PackageBytes ?? 0);
        long computed = record.CheckCost.BytesSent + record.AggregateCost.BytesSent;
        return $"round {record.Number}/{run.Plan.Rounds}: {verdicts}; accuracy {Accuracy(record)}; "
            + $"train {Figures.Seconds(RunReporter.SecondsOf(record, "train"))}, "
            + $"check+aggregate+publish {Figures.Seconds(judged)}; shares {Figures.Bytes(shares)}, "
            + $"smpc {Figures.Bytes(computed)}, consensus {Figures.Bytes(traffic.Of(record.Number))}; "
            + $"model {record.Model?.Short ?? "kept"}, verified by {record.VerifiedBy.Count} hospitals";
    }

    private static IEnumerable<string> Row(RunState run, RoundRecord record, bool each, ConsensusTraffic traffic)
    {
        bool current = record.Number == run.Round && !run.Ended;
        yield return record.Number.ToString(CultureInfo.InvariantCulture);
        yield return current ? $"[yellow]{run.Phase.Name}[/]" : "done";
        if (each)
        {
            foreach (var hospital in run.Plan.Hospitals)
            {
                HospitalOutcome? outcome = record.Outcomes.FirstOrDefault(o => o.Hospital == hospital);
                yield return outcome is null ? "[grey]-[/]" : Coloured(outcome.Verdict);
            }
        }
        else
        {
            yield return string.Join(", ", record.Outcomes.GroupBy(o => o.Verdict)
                .OrderBy(g => g.Key).Select(g => $"{g.Count()} {Coloured(g.Key)}"));
        }

        yield return Accuracy(record);
        foreach (string phase in (string[])["train", "check", "aggregate", "publish"])
        {
            double seconds = RunReporter.SecondsOf(record, phase);
            yield return seconds > 0 ? Figures.Seconds(seconds) : "";
        }

        yield return Figures.Bytes(record.Outcomes.Sum(o => o.Commitment?.PackageBytes ?? 0));
        yield return Figures.Bytes(record.CheckCost.BytesSent + record.AggregateCost.BytesSent);
        yield return Figures.Bytes(traffic.Of(record.Number));
        yield return record.KeptOldModel ? "kept" : record.Model?.Short ?? "";
    }

    private static string Accuracy(RoundRecord record) =>
        record.Metrics is PublicMetrics metrics ? Figures.Percent(metrics.Accuracy / 1000.0) : "-";

    private static string Coloured(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "[green]accepted[/]",
        Verdict.Poisoned => "[red]poisoned[/]",
        Verdict.Missing => "[yellow]missing[/]",
        _ => $"[grey]{Words.Of(verdict)}[/]",
    };
}
