namespace ChainHealth.Primitives;

/// <summary>Two's-complement fixed point in the ring Z_2^64: a real number r stands as round(r *
/// 2^FractionBits).</summary>
public readonly record struct FixedPoint
{
    public const int FractionBitsMin = 8;
    public const int FractionBitsMax = 24;

    public static readonly FixedPoint Default = new(16);

    public FixedPoint(int fractionBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fractionBits, FractionBitsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fractionBits, FractionBitsMax);
        FractionBits = fractionBits;
    }

    public int FractionBits { get; }

    public long One => 1L << FractionBits;

    /// <summary>Largest magnitude that a weight, an update or an input may have, in reals. It leaves the range analysis
    /// of a plan enough room (SMPC.md).</summary>
    public double MagnitudeMax => 1 << 12;

    /// <summary>Rounds half away from zero. False where the value is not finite or too large.</summary>
    public bool TryEncode(double value, out long encoded)
    {
        encoded = 0;
        if (!double.IsFinite(value) || Math.Abs(value) > MagnitudeMax)
        {
            return false;
        }

        encoded = (long)Math.Round(value * One, MidpointRounding.AwayFromZero);
        return true;
    }

    public double Decode(long encoded) => (double)encoded / One;
}
