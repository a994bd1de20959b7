namespace ChainHealth.Primitives;

/// <summary>Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. For what must be
/// reproducible from a seed; never for secrets.</summary>
public struct SplitMix64(ulong seed)
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

    /// <summary>Uniform below <paramref name="bound"/>, without modulo bias (Lemire 2019).</summary>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong limit = unchecked((ulong)-(long)bound) % (ulong)bound;
        while (true)
        {
            UInt128 product = (UInt128)Next() * (ulong)bound;
            if ((ulong)(product & ulong.MaxValue) >= limit)
            {
                return (int)(product >> 64);
            }
        }
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
