using System.Collections.Immutable;
using System.Globalization;

namespace ChainHealth.Edge.Experiments;

/// <summary>One place of the grid.</summary>
/// <param name="Share">Poisoning hospitals, in per cent of all.</param>
internal sealed record Cell(string Dataset, string Model, string Alpha, ulong Seed, string Attack, int Share)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Dataset} {Model} alpha {Alpha} seed {Seed} {Attack} {Share} %");
}

/// <summary>What all cells of a grid have in common; a result counts for a grid only where these are equal.</summary>
internal sealed record GridSettings(int Rounds, int Hospitals, int Records, int Draw, ImmutableArray<string> Checks,
    bool Encrypted)
{
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"rounds={Rounds} hospitals={Hospitals} records={Records} draw={Draw} checks={string.Join(',', Checks)}")
        + (Encrypted ? " encrypted" : "");
}

/// <summary>Scores as they stand in a result file; a score that is not a number is null.</summary>
internal sealed record ScoreLine(double Accuracy, double RecallMin, double? AttackSuccess)
{
    public static ScoreLine Of(RunScore score) => new(
        Math.Round(score.Accuracy, 4), Math.Round(score.RecallMin, 4),
        double.IsNaN(score.AttackSuccess) ? null : Math.Round(score.AttackSuccess, 4));
}

/// <summary>What one set of checks did in a cell.</summary>
internal sealed record CheckLine(
    string Checks, ScoreLine Score, int Poisoned, int PoisonedRefused, int Effective, int EffectiveRefused, int Honest,
    int HonestRefused, int KeptOldModel,
    ImmutableSortedDictionary<string, int> PoisonedReasons, ImmutableSortedDictionary<string, int> HonestReasons);

/// <summary>A finished cell: one line of the result file.</summary>
/// <param name="Clean">Nobody poisons, nothing is checked.</param>
/// <param name="WithoutPoisoners">Nobody checks, the poisoners' updates are left out: what perfect checks would give.
/// </param>
/// <param name="Unprotected">The poisoners poison, nothing is checked.</param>
/// <param name="Seconds">Of the machine.</param>
internal sealed record CellResult(
    Cell Cell, string Settings, ScoreLine Clean, ScoreLine WithoutPoisoners, ScoreLine Unprotected,
    ImmutableArray<CheckLine> Checked, double Seconds);
