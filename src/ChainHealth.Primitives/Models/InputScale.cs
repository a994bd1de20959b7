namespace ChainHealth.Primitives;

/// <summary>How a raw value becomes what a model takes. Here and nowhere else, because whoever trains and whoever asks
/// have to agree to the last bit.</summary>
public static class InputScale
{
    /// <summary>Standardised values are cut at this many deviations, so that one wild cell cannot leave the range of
    /// the fixed-point arithmetic.</summary>
    public const double DeviationsMax = 8;

    private const double DeviationMin = 1e-12;

    /// <summary>A cell of a table in standard deviations from the mean of the training split: 0 where it is missing
    /// (NaN) or the column says nothing.</summary>
    public static float OfCell(double value, double mean, double deviation)
    {
        double scale = deviation > DeviationMin ? 1 / deviation : 0;
        return double.IsNaN(value) ? 0f : (float)Math.Clamp((value - mean) * scale, -DeviationsMax, DeviationsMax);
    }

    /// <summary>0..255 to -1..1.</summary>
    public static float OfPixel(byte pixel) => (float)((pixel / 127.5) - 1);

    /// <summary>-1..1 to 0..255; the inverse of <see cref="OfPixel"/>.</summary>
    public static byte ToPixel(float value) => (byte)Math.Clamp(Math.Round((value + 1) * 127.5), 0, 255);
}
