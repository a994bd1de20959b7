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

    private const int WideColumnsMin = 150;

    private static readonly string[] WideFigures =
        ["Accuracy", "Train", "Check", "Aggregate", "Publish", "Shares", "SMPC", "Consensus"];

    private static readonly string[] NarrowFigures = ["Accuracy", "Seconds", "Sent"];

    /// <param name="width">Columns of the terminal; in a narrow one verdicts are counted and figures summed.</param>
    public static Table Build(LedgerState state, RunState run, ConsensusTraffic traffic, int width)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        bool wide = width >= WideColumnsMin;
        bool each = wide && run.Plan.Hospitals.Length <= HospitalColumnsMax;
        table.AddColumn(new TableColumn("Round").RightAligned()).AddColumn("Phase");
        table.AddColumns(each
            ? [.. run.Plan.Hospitals.Select(h => Markup.Escape(RunReporter.NameOf(state, h)))]
            : ["Verdicts"]);
        foreach (string name in wide ? WideFigures : NarrowFigures)
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn("Model");
        foreach (RoundRecord record in run.Records)
        {
            bool current = record.Number == run.Round && !run.Ended;
            table.AddRow(
            [
                record.Number.ToString(CultureInfo.InvariantCulture),
                current ? $"[yellow]{run.Phase.Name}[/]" : "done",
                .. each ? VerdictOfEach(run, record) : [VerdictCounts(record)],
                .. wide ? Wide(record, traffic) : Narrow(record, traffic),
                record.AggregateRefused ? "refused" : record.KeptOldModel ? "kept" : record.Model?.Short ?? "",
            ]);
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
        return $"round {record.Number}/{run.Plan.Rounds}: {verdicts}; accuracy {Accuracy(record)}; "
            + $"train {Figures.Seconds(RunReporter.SecondsOf(record, "train"))}, "
            + $"check+aggregate+publish {Figures.Seconds(judged)}; shares {Figures.Bytes(SharesBytes(record))}, "
            + $"smpc {Figures.Bytes(ComputedBytes(record))}, consensus {Figures.Bytes(traffic.Of(record.Number))}; "
            + $"model {record.Model?.Short ?? "kept"}, verified by {record.VerifiedBy.Count} hospitals";
    }

    private static IEnumerable<string> VerdictOfEach(RunState run, RoundRecord record) =>
        run.Plan.Hospitals.Select(h => record.Outcomes.FirstOrDefault(o => o.Hospital == h) is HospitalOutcome outcome
            ? Coloured(outcome.Verdict)
            : "[grey]-[/]");

    private static string VerdictCounts(RoundRecord record) => string.Join(", ", record.Outcomes
        .GroupBy(o => o.Verdict).OrderBy(g => g.Key).Select(g => $"{g.Count()} {Coloured(g.Key)}"));

    private static IEnumerable<string> Wide(RoundRecord record, ConsensusTraffic traffic) =>
    [
        Accuracy(record), Seconds(record, "train"), Seconds(record, "check"), Seconds(record, "aggregate"),
        Seconds(record, "publish"), Figures.Bytes(SharesBytes(record)), Figures.Bytes(ComputedBytes(record)),
        Figures.Bytes(traffic.Of(record.Number)),
    ];

    private static IEnumerable<string> Narrow(RoundRecord record, ConsensusTraffic traffic) =>
    [
        Accuracy(record), Seconds(record, "train", "commit", "check", "aggregate", "publish"),
        Figures.Bytes(SharesBytes(record) + ComputedBytes(record) + traffic.Of(record.Number)),
    ];

    private static string Seconds(RoundRecord record, params string[] phases)
    {
        double seconds = phases.Sum(p => RunReporter.SecondsOf(record, p));
        return seconds > 0 ? Figures.Seconds(seconds) : "";
    }

    private static long SharesBytes(RoundRecord record) => record.Outcomes.Sum(o => o.Commitment?.PackageBytes ?? 0);

    private static long ComputedBytes(RoundRecord record) =>
        record.CheckCost.BytesSent + record.AggregateCost.BytesSent;

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
