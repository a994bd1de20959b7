using System.Collections.Immutable;
using System.Diagnostics;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>Computes cells. The scene of the last cell is kept: cells that differ in attack and share alone reuse its
/// honest updates and its clean run.</summary>
internal sealed class CellRunner(Func<string, Dataset> datasets, GridSettings settings)
{
    private (Cell Key, FederationScene Scene, PlainCheck Check)? _last;

    /// <exception cref="EdgeException">Attack and data set do not fit.</exception>
    public CellResult Run(Cell cell)
    {
        long start = Stopwatch.GetTimestamp();
        (FederationScene scene, PlainCheck check) = SceneOf(cell);
        Attack attack = CheckCommand.ParseAttack(cell.Attack, scene.Architecture.Classes);
        var threat = new Threat(attack, Poisoners(cell, settings.Hospitals));
        FederationRun Runs() => new(scene, check, settings.Rounds);
        RunScore clean = Runs().Execute(threat with { Poisoners = [] }, null);
        RunScore without = Runs().Execute(threat with { Poisoners = [] }, null, threat.Poisoners);
        RunScore unprotected = Runs().Execute(threat, null);
        var lines = ImmutableArray.CreateBuilder<CheckLine>();
        foreach (string name in settings.Checks)
        {
            CheckSet set = CheckSet.Parse(name, scene.Defaults.Verification);
            var run = new FederationRun(
                scene, check, settings.Rounds, settings.Encrypted ? new EncryptedCheck(scene) : null);
            RunScore score = run.Execute(threat, set.Policy);
            CheckTally t = run.Tally;
            lines.Add(new CheckLine(
                name, ScoreLine.Of(score), t.Poisoned, t.PoisonedRefused, t.Effective, t.EffectiveRefused, t.Honest,
                t.HonestRefused, t.KeptOldModel, t.PoisonedReasons, t.HonestReasons));
        }

        return new CellResult(
            cell, settings.Text, ScoreLine.Of(clean), ScoreLine.Of(without), ScoreLine.Of(unprotected),
            lines.ToImmutable(), Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 2));
    }

    /// <summary>The poisoners of a cell, drawn by its seed; a smaller share is a part of a larger one. At least one.
    /// </summary>
    internal static ImmutableArray<int> Poisoners(Cell cell, int hospitals)
    {
        int[] order = [.. Enumerable.Range(0, hospitals)];
        SeededRandom.For(cell.Seed, "poisoners").Shuffle(order);
        int count = Math.Max(1, (int)Math.Round(cell.Share / 100.0 * hospitals));
        return [.. order.Take(count).Order()];
    }

    private (FederationScene Scene, PlainCheck Check) SceneOf(Cell cell)
    {
        Cell key = cell with { Attack = "", Share = 0 };
        if (_last is not { } last || last.Key != key)
        {
            var scene = new FederationScene(datasets(cell.Dataset), new SceneOptions(
                cell.Dataset, cell.Model, EdgeOptions.ParseAlpha(cell.Alpha), cell.Seed, settings.Hospitals,
                settings.Records, settings.Draw));
            _last = last = (key, scene, new PlainCheck(scene, settings.Draw));
        }

        return (last.Scene, last.Check);
    }
}
