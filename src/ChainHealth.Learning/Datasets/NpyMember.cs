using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainHealth.Learning;

/// <summary>One array of an .npz archive: NumPy's .npy format, versions 1 to 3, uint8 in C order.</summary>
internal sealed partial record NpyMember(int[] Shape, byte[] Content)
{
    private const int HeaderBytesMax = 4096;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads exactly as many bytes as the header's shape asks for, so a compressed bomb costs no more than
    /// <paramref name="bytesMax"/>.</summary>
    public static NpyMember Read(Stream stream, string where, long bytesMax)
    {
        string header = ReadHeader(stream, where);
        string type = Field(header, TypePattern(), where, "descr");
        if (type is not ("|u1" or "u1" or "<u1"))
        {
            throw new DatasetException($"{where}: dtype is '{type}', expected uint8 ('|u1')");
        }

        if (Field(header, OrderPattern(), where, "fortran_order") != "False")
        {
            throw new DatasetException($"{where}: the array is in Fortran order, expected C order");
        }

        int[] shape = ParseShape(Field(header, ShapePattern(), where, "shape"), where);
        long bytes = 1;
        foreach (int side in shape)
        {
            bytes = Math.Min(bytes * side, bytesMax + 1);
        }

        if (bytes > bytesMax)
        {
            throw new DatasetException($"{where}: shape ({string.Join(", ", shape)}) exceeds {bytesMax} bytes");
        }

        var content = new byte[bytes];
        int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (read < content.Length)
        {
            throw new DatasetException($"{where}: truncated, {read} of {content.Length} bytes");
        }

        return stream.ReadByte() < 0
            ? new NpyMember(shape, content)
            : throw new DatasetException($"{where}: more bytes than the shape ({string.Join(", ", shape)}) asks for");
    }

    private static string ReadHeader(Stream stream, string where)
    {
        var head = new byte[10];
        if (stream.ReadAtLeast(head, 10, false) < 10 || !head.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new DatasetException($"{where}: is no .npy array");
        }

        int length = head[8] + (head[9] << 8);
        if (head[6] is 2 or 3)
        {
            var more = new byte[2];
            if (stream.ReadAtLeast(more, 2, false) < 2 || more[0] != 0 || more[1] != 0)
            {
                throw new DatasetException($"{where}: header is longer than {HeaderBytesMax} bytes");
            }
        }
        else if (head[6] != 1)
        {
            throw new DatasetException($"{where}: .npy version {head[6]} is unknown");
        }

        if (length > HeaderBytesMax)
        {
            throw new DatasetException($"{where}: header is longer than {HeaderBytesMax} bytes");
        }

        var text = new byte[length];
        return stream.ReadAtLeast(text, length, false) == length
            ? Encoding.ASCII.GetString(text) : throw new DatasetException($"{where}: truncated header");
    }

    private static string Field(string header, Regex pattern, string where, string name)
    {
        Match match = pattern.Match(header);
        return match.Success
            ? match.Groups[1].Value : throw new DatasetException($"{where}: the header has no valid '{name}'");
    }

    private static int[] ParseShape(string text, string where)
    {
        string[] sides = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new int[sides.Length];
        for (int i = 0; i < sides.Length; i++)
        {
            if (!int.TryParse(sides[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                throw new DatasetException($"{where}: shape ({text}) is not readable");
            }
        }

        return shape;
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
