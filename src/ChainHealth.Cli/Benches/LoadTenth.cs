namespace ChainHealth.Cli;

/// <summary>A payload that was committed within the measurement.</summary>
/// <param name="AtSeconds">When, since the measurement began.</param>
/// <param name="Milliseconds">How long after it was sent.</param>
public readonly record struct LoadSample(double AtSeconds, double Milliseconds);

/// <summary>What was committed in a tenth of the measurement.</summary>
/// <param name="P50Ms">0 where nothing was committed.</param>
public sealed record LoadTenth(double TransactionsPerSecond, double P50Ms)
{
    private const int Count = 10;

    /// <summary>Ten stretches of equal length, in order. A sample that came as the measurement ended belongs to the
    /// last one.</summary>
    /// <param name="seconds">Length of the whole measurement.</param>
    public static IReadOnlyList<LoadTenth> Split(IEnumerable<LoadSample> samples, double seconds)
    {
        ILookup<int, double> parts = samples.ToLookup(
            s => Math.Min((int)(s.AtSeconds / seconds * Count), Count - 1), s => s.Milliseconds);
        return
        [
            .. Enumerable.Range(0, Count).Select(i => (List<double>)[.. parts[i].Order()]).Select(p => new LoadTenth(
                Math.Round(p.Count * Count / seconds, 1), p.Count == 0 ? 0 : Percentile.Of(p, 50))),
        ];
    }
}
