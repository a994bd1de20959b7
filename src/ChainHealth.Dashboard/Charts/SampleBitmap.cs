using System.Buffers.Binary;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Charts;

/// <summary>A sample image as a bitmap that browsers show: the BMP format, 24 bits, rows bottom-up.</summary>
public static class SampleBitmap
{
    private const int HeaderBytes = 54;
    private const int BytesPerPixel = 3;

    public static string DataUrl(SampleImage image, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(image);
        return "data:image/bmp;base64," + Convert.ToBase64String(Encode(image.Pixels.Span, shape));
    }

    /// <param name="pixels">Channel first, one byte each; black where some are missing.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, TensorShape shape)
    {
        int stride = ((shape.Width * BytesPerPixel) + 3) / 4 * 4;
        var file = new byte[HeaderBytes + (stride * shape.Height)];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        Number(file, 2, file.Length);
        Number(file, 10, HeaderBytes);
        Number(file, 14, HeaderBytes - 14);
        Number(file, 18, shape.Width);
        Number(file, 22, shape.Height);
        file[26] = 1;
        file[28] = 8 * BytesPerPixel;
        int plane = shape.Width * shape.Height;
        for (int at = 0; at < plane; at++)
        {
            (int y, int x) = Math.DivRem(at, shape.Width);
            int target = HeaderBytes + ((shape.Height - 1 - y) * stride) + (x * BytesPerPixel);
            for (int colour = 0; colour < BytesPerPixel; colour++)
            {
                // Blue comes first in the file; a grey image has one plane for all three.
                int source = at + (shape.Channels == 1 ? 0 : (BytesPerPixel - 1 - colour) * plane);
                file[target + colour] = source < pixels.Length ? pixels[source] : (byte)0;
            }
        }

        return file;
    }

    private static void Number(byte[] file, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
}
