namespace ChainHealth.Learning;

/// <summary>One scale for all images, whatever they came from.</summary>
public static class PixelScale
{
    /// <summary>0..255 to -1..1.</summary>
    public static float ToFloat(byte pixel) => (float)((pixel / 127.5) - 1);

    /// <summary>-1..1 to 0..255; the inverse of <see cref="ToFloat"/>.</summary>
    public static byte ToByte(float value) => (byte)Math.Clamp(Math.Round((value + 1) * 127.5), 0, 255);
}
