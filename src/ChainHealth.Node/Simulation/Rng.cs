using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The only source of chance in a simulation, so that a seed is a run.</summary>
public sealed class Rng(ulong seed)
{
    private SplitMix64 _bits = new(seed);

    public ulong Next() => _bits.Next();

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(params T[] of) => of[Below(of.Length)];

    /// <summary>An independent stream, so that one part drawing more does not shift the others.</summary>
    public Rng Fork() => new(Next());
}
