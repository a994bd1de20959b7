using System.Collections.Immutable;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>A share with Wilson's interval.</summary>
internal sealed record Rate(int Hits, int Of)
{
    public double? Share => Of == 0 ? null : Math.Round((double)Hits / Of, 4);

    public double Low => Math.Round(Intervals.Wilson(Hits, Of).Low, 4);

    public double High => Math.Round(Intervals.Wilson(Hits, Of).High, 4);

    public static Rate Sum(IEnumerable<(int Hits, int Of)> parts)
    {
        (int hits, int of) = parts.Aggregate((0, 0), (sum, p) => (sum.Item1 + p.Hits, sum.Item2 + p.Of));
        return new Rate(hits, of);
    }
}

/// <summary>A mean over cells with its bootstrap interval.</summary>
internal sealed record Mean(double Value, double Low, double High, int Cells)
{
    public static Mean Of(IEnumerable<double> values)
    {
        double[] all = [.. values.Where(double.IsFinite)];
        if (all.Length == 0)
        {
            return new Mean(double.NaN, double.NaN, double.NaN, 0);
        }

        Interval interval = Intervals.Bootstrap(all);
        return new Mean(Math.Round(all.Average(), 4), Math.Round(interval.Low, 4), Math.Round(interval.High, 4),
            all.Length);
    }
}

/// <summary>What a set of checks did over a group of cells.</summary>
/// <param name="Group">What the cells have in common.</param>
/// <param name="Caught">Poisoned updates that were refused.</param>
/// <param name="CaughtEffective">The same of those whose own model reaches the attack's goal.</param>
/// <param name="Refused">Honest updates that were refused.</param>
/// <param name="Gap">Final accuracy with checks minus that of the clean run.</param>
/// <param name="GapToPerfect">The same minus that of the run in which the poisoners' updates are left out.</param>
/// <param name="Success">Of the attack, with checks; of the clean run; of the unprotected run.</param>
internal sealed record GroupSummary(
    string Group, string Checks, int Cells, Rate Caught, Rate CaughtEffective, Rate Refused, Mean Clean,
    Mean Unprotected, Mean Checked, Mean Gap, Mean GapToPerfect, Mean Success, Mean SuccessClean,
    Mean SuccessUnprotected)
{
    public static GroupSummary Of(string group, string checks, IReadOnlyList<CellResult> cells)
    {
        (CellResult Cell, CheckLine Line)[] lines =
            [.. cells.SelectMany(c => c.Checked.Where(l => l.Checks == checks).Select(l => (c, l)))];
        return new GroupSummary(
            group, checks, lines.Length,
            Rate.Sum(lines.Select(l => (l.Line.PoisonedRefused, l.Line.Poisoned))),
            Rate.Sum(lines.Select(l => (l.Line.EffectiveRefused, l.Line.Effective))),
            Rate.Sum(lines.Select(l => (l.Line.HonestRefused, l.Line.Honest))),
            Mean.Of(lines.Select(l => l.Cell.Clean.Accuracy)),
            Mean.Of(lines.Select(l => l.Cell.Unprotected.Accuracy)),
            Mean.Of(lines.Select(l => l.Line.Score.Accuracy)),
            Mean.Of(lines.Select(l => l.Line.Score.Accuracy - l.Cell.Clean.Accuracy)),
            Mean.Of(lines.Select(l => l.Line.Score.Accuracy - l.Cell.WithoutPoisoners.Accuracy)),
            Mean.Of(lines.Select(l => l.Line.Score.AttackSuccess ?? double.NaN)),
            Mean.Of(lines.Select(l => l.Cell.Clean.AttackSuccess ?? double.NaN)),
            Mean.Of(lines.Select(l => l.Cell.Unprotected.AttackSuccess ?? double.NaN)));
    }

    /// <summary>One summary for each value of the key, in order of first appearance.</summary>
    public static ImmutableArray<GroupSummary> By(
        IReadOnlyList<CellResult> cells, string checks, Func<Cell, string> key) =>
        [.. cells.GroupBy(c => key(c.Cell)).Select(g => Of(g.Key, checks, [.. g]))];
}
