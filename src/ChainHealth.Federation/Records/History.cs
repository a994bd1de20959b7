namespace ChainHealth.Federation;

/// <summary>What a hospital's earlier verdicts mean for its next round (ROUND.md, rules H).</summary>
/// <param name="Refusals">Since the last suspension.</param>
/// <param name="SuspendedRounds">Of a suspension that are to come.</param>
public sealed record History(int Refusals, int SuspendedRounds)
{
    public static History None { get; } = new(0, 0);
}
