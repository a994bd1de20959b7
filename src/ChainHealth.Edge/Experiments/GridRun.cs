using System.Diagnostics;
using System.Globalization;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>Computes what is missing of a grid, in this process or in several, as torch wants one managed thread.
/// </summary>
internal static class GridRun
{
    /// <returns>All results of the folder that belong to the grid, in the grid's order.</returns>
    /// <exception cref="EdgeException">The folder holds results and nobody said that they count.</exception>
    public static async Task<IReadOnlyList<CellResult>> CompleteAsync(
        GridPlan plan, Func<string, Dataset> datasets, CancellationToken cancellation)
    {
        if (!plan.Resume && plan.TimeMax > TimeSpan.Zero && plan.Shard is null && CellLog.Read(plan.Out).Count > 0)
        {
            throw new EdgeException($"{plan.Out} holds results already: add --resume, or name another folder");
        }

        HashSet<Cell> done = [.. Of(plan, CellLog.Read(plan.Out)).Select(r => r.Cell)];
        IReadOnlyList<Cell> mine = plan.Shard is { } shard
            ? Grid.Shard(plan.Cells, shard.Index, shard.Count) : plan.Cells;
        List<Cell> missing = [.. mine.Where(c => !done.Contains(c))];
        if (plan.TimeMax == TimeSpan.Zero)
        {
            missing.Clear();
        }

        if (plan.Jobs > 1 && plan.Shard is null && missing.Count > 0)
        {
            await Task.WhenAll(Enumerable.Range(0, plan.Jobs).Select(i => RunShardAsync(plan, i, cancellation)));
        }
        else if (missing.Count > 0)
        {
            Compute(plan, missing, datasets, cancellation);
        }

        Dictionary<Cell, CellResult> results = Of(plan, CellLog.Read(plan.Out))
            .GroupBy(r => r.Cell).ToDictionary(g => g.Key, g => g.First());
        return [.. plan.Cells.Where(results.ContainsKey).Select(c => results[c])];
    }

    private static IEnumerable<CellResult> Of(GridPlan plan, IEnumerable<CellResult> results) =>
        results.Where(r => r.Settings == plan.Settings.Text);

    private static void Compute(
        GridPlan plan, List<Cell> missing, Func<string, Dataset> datasets, CancellationToken cancellation)
    {
        using var log = new CellLog(plan.Out, plan.Shard?.Index ?? 0);
        var runner = new CellRunner(datasets, plan.Settings);
        var progress = new ProgressLine(Console.Error, missing, TimeProvider.System);
        foreach (Cell cell in missing)
        {
            if (cancellation.IsCancellationRequested || progress.Elapsed > plan.TimeMax)
            {
                break;
            }

            CellResult result = runner.Run(cell);
            log.Append(result);
            progress.Finished(result);
        }
    }

    /// <summary>The same program with the same arguments, for a part of the cells.</summary>
    private static async Task RunShardAsync(GridPlan plan, int index, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        string[] self = Environment.GetCommandLineArgs();
        string[] entry = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [self[0]] : [];
        foreach (string argument in (string[])[.. entry, .. self[1..], "--shard",
            string.Create(CultureInfo.InvariantCulture, $"{index}/{plan.Jobs}")])
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        using Process child = Process.Start(start)
            ?? throw new EdgeException($"{Environment.ProcessPath} does not start");
        try
        {
            await child.StandardOutput.ReadToEndAsync(cancellation);
            await child.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            child.Kill(entireProcessTree: true);
            throw;
        }

        if (child.ExitCode != 0)
        {
            throw new EdgeException($"part {index} of the grid ended with code {child.ExitCode}; what it finished "
                + "is kept: run it again with --resume");
        }
    }
}

/// <summary>What to compute and where to.</summary>
/// <param name="TimeMax">No cell is begun after this time; zero: none at all.</param>
/// <param name="Shard">Which part of how many, when this process is one of several.</param>
internal sealed record GridPlan(
    IReadOnlyList<Cell> Cells, GridSettings Settings, string Out, bool Resume, int Jobs, TimeSpan TimeMax,
    (int Index, int Count)? Shard);
