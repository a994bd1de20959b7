using System.Collections.Immutable;

namespace ChainHealth.Edge.Experiments;

/// <summary>A goal of the project and what was measured.</summary>
/// <param name="Wanted">In words.</param>
/// <param name="Met">Null where no cell speaks to it.</param>
internal sealed record Goal(string Wanted, string Measured, bool? Met);

/// <summary>The goals for the checks (issue "No poisoned model gets through").</summary>
internal static class Goals
{
    private static readonly string[] Crude =
        ["label-flip", "gaussian:1", "sign-flip", "scale:10", "constant:0.1", "backdoor:*:boosted"];

    private static readonly string[] Aimed = ["targeted-flip", "backdoor"];
    private static readonly string[] Adaptive = ["constrained-backdoor", "split-backdoor", "slow-backdoor"];
    private static readonly string[] Idle = ["free-rider", "free-rider:1", "delta-rider", "copy:0.1"];

    public static ImmutableArray<Goal> Judge(IReadOnlyList<CellResult> cells, string checks) =>
    [
        Caught("flips of all labels, Gaussian, sign flip, scaling, replacement: all refused", cells, checks,
            c => Crude.Contains(Kind(c)), 1),
        Caught("targeted flips and backdoors: at least 95 % refused", cells, checks,
            c => Aimed.Contains(Kind(c)), 0.95),
        Effective("of those that would have an effect: at least 95 % refused", cells, checks),
        Caught("backdoors that know the checks (constrained, split over hospitals or rounds): at least 95 % refused",
            cells, checks, c => Adaptive.Contains(Kind(c)), 0.95),
        Success(cells, checks),
        Caught("free riders and copies: at least 95 % refused", cells, checks, c => Idle.Contains(Kind(c)), 0.95),
        Refused("honest updates: at most 5 % refused", cells, checks, _ => true, 0.05),
        Refused("honest updates at Dirichlet 0.1: at most 10 % refused", cells, checks, c => c.Alpha == "0.1", 0.10),
        Accuracy(cells, checks),
    ];

    /// <summary>The attack without its classes.</summary>
    public static string Kind(Cell cell)
    {
        string[] parts = cell.Attack.Split(':');
        return parts[0] switch
        {
            "targeted-flip" => "targeted-flip",
            "backdoor" when parts.Length == 3 => "backdoor:*:boosted",
            "gaussian" when parts.Length == 1 => "gaussian:1",
            "scale" when parts.Length == 1 => "scale:10",
            "constant" when parts.Length == 1 => "constant:0.1",
            _ when parts[0].EndsWith("backdoor", StringComparison.Ordinal) => parts[0],
            _ => cell.Attack,
        };
    }

    private static Goal Caught(
        string wanted, IReadOnlyList<CellResult> cells, string checks, Func<Cell, bool> which, double least)
    {
        Rate rate = GroupSummary.Of(wanted, checks, [.. cells.Where(c => which(c.Cell))]).Caught;
        return new Goal(wanted, Words.Of(rate), rate.Of == 0 ? null : rate.Share >= least);
    }

    private static Goal Effective(string wanted, IReadOnlyList<CellResult> cells, string checks)
    {
        Rate rate = GroupSummary.Of(
            wanted, checks, [.. cells.Where(c => Aimed.Contains(Kind(c.Cell)))]).CaughtEffective;
        return new Goal(wanted, Words.Of(rate), rate.Of == 0 ? null : rate.Share >= 0.95);
    }

    private static Goal Refused(
        string wanted, IReadOnlyList<CellResult> cells, string checks, Func<Cell, bool> which, double most)
    {
        Rate rate = GroupSummary.Of(wanted, checks, [.. cells.Where(c => which(c.Cell))]).Refused;
        return new Goal(wanted, Words.Of(rate), rate.Of == 0 ? null : rate.Share <= most);
    }

    private static Goal Success(IReadOnlyList<CellResult> cells, string checks)
    {
        GroupSummary all = GroupSummary.Of("", checks, [.. cells.Where(c => Aimed.Contains(Kind(c.Cell)))]);
        double excess = all.Success.Value - all.SuccessClean.Value;
        return new Goal(
            "targeted flips and backdoors: success at most 5 points above what the clean model does by mistake",
            $"{Words.Percent(all.Success.Value)} (clean {Words.Percent(all.SuccessClean.Value)}, unprotected "
                + $"{Words.Percent(all.SuccessUnprotected.Value)})",
            all.Success.Cells == 0 ? null : excess <= 0.05);
    }

    private static Goal Accuracy(IReadOnlyList<CellResult> cells, string checks)
    {
        GroupSummary all = GroupSummary.Of("", checks, cells);
        return new Goal(
            "final accuracy with checks: within one point of the clean run, on average",
            $"{Words.Points(all.Gap)} against the clean run, {Words.Points(all.GapToPerfect)} against perfect removal",
            all.Cells == 0 ? null : all.Gap.Value >= -0.01);
    }
}
