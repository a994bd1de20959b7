namespace ChainHealth.Node;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the only source of chance in a simulation, so that a seed is a run.
/// </summary>
public sealed class Rng(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(params T[] of) => of[Below(of.Length)];

    /// <summary>An independent stream, so that one part drawing more does not shift the others.</summary>
    public Rng Fork() => new(Next());
}
