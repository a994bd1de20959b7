using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Primitives;
using SkiaSharp;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>A record as the model takes it, ready to be shared. Only here does a record meet this process in the clear:
/// nothing of it is written anywhere.</summary>
public static class PrivateInput
{
    public const long PixelsMax = 40_000_000;

    /// <summary>What was typed, standardised as the training records were; an empty field counts as not known.
    /// </summary>
    public static float[] OfForm(IReadOnlyList<RecordField> fields, IReadOnlyDictionary<string, string> typed)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(typed);
        return [.. fields.Select(f => InputScale.OfCell(
            Number(typed.GetValueOrDefault(f.Column.Name, "")), f.Column.Mean, f.Column.Deviation))];
    }

    /// <summary>A PNG or JPEG image, scaled to the model's size, channel first.</summary>
    /// <exception cref="PrivatePredictionException">It is no such image, or too large; says which.</exception>
    public static float[] OfImage(ReadOnlySpan<byte> file, TensorShape shape)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            throw new PrivatePredictionException("This is no readable PNG or JPEG image.");
        }

        // The size stated in the header bounds the memory, so it is looked at before anything is decoded.
        if ((long)codec.Info.Width * codec.Info.Height is 0 or > PixelsMax)
        {
            throw new PrivatePredictionException(string.Create(CultureInfo.InvariantCulture,
                $"The image has {codec.Info.Width} x {codec.Info.Height} pixels; at most {PixelsMax:N0} are taken."));
        }

        using SKBitmap? whole = SKBitmap.Decode(codec);
        using SKBitmap? scaled = whole?.Resize(
            new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear));
        return scaled is null
            ? throw new PrivatePredictionException("The image cannot be decoded: it is damaged or cut short.")
            : Pixels(scaled, shape);
    }

    private static double Number(string typed) => typed.Trim() is { Length: > 0 } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value : double.NaN;

    private static float[] Pixels(SKBitmap image, TensorShape shape)
    {
        int plane = shape.Height * shape.Width;
        var values = new float[shape.Elements];
        for (int at = 0; at < plane; at++)
        {
            SKColor pixel = image.GetPixel(at % shape.Width, at / shape.Width);
            if (shape.Channels == 1)
            {
                values[at] = InputScale.OfPixel(Grey(pixel));
                continue;
            }

            values[at] = InputScale.OfPixel(pixel.Red);
            values[plane + at] = InputScale.OfPixel(pixel.Green);
            values[(2 * plane) + at] = InputScale.OfPixel(pixel.Blue);
        }

        return values;
    }

    /// <summary>Luma after ITU-R BT.709.</summary>
    private static byte Grey(SKColor pixel) => pixel.Red == pixel.Green && pixel.Green == pixel.Blue ? pixel.Red
        : (byte)Math.Round((0.2126 * pixel.Red) + (0.7152 * pixel.Green) + (0.0722 * pixel.Blue));
}
