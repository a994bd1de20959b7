namespace ChainHealth.Learning;

/// <summary>Logarithm and exponential from +, -, *, / alone. Math.Log and Math.Exp go to the C library of the host and
/// differ in the last bit between platforms; a split among hospitals must not.</summary>
public static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;

    /// <summary>Natural logarithm of a positive, normal number; relative error about 1e-15.</summary>
    public static double Log(double value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, 0);
        if (value < 1e-300)
        {
            return Log(value * 1e200) - (200 * 2.302585092994045684);
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh((m - 1) / (m + 1)), and |z| <= 0.172 makes 12 odd terms enough.
        double z = (mantissa - 1) / (mantissa + 1);
        double square = z * z;
        double sum = 0;
        for (int k = 25; k >= 1; k -= 2)
        {
            sum = (sum * square) + (1.0 / k);
        }

        return (2 * z * sum) + (exponent * Ln2);
    }

    /// <summary>e^value; 0 below -700, relative error about 1e-14.</summary>
    public static double Exp(double value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 700);
        if (value < -700)
        {
            return 0;
        }

        int halvings = (int)Math.Round(value / Ln2);
        double rest = value - (halvings * Ln2);
        double sum = 1;
        for (int k = 18; k >= 1; k--)
        {
            sum = 1 + (sum * rest / k);
        }

        return sum * BitConverter.Int64BitsToDouble((long)(halvings + 1023) << 52);
    }
}
