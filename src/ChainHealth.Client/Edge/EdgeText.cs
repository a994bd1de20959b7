using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Codecs of single values.</summary>
internal static class EdgeText
{
    public static EdgeCodec<RunId> RunCodec { get; } =
        new((w, run) => w.UInt32(run.Value), (ref CanonicalReader r) => new RunId(r.UInt32()));

    public static EdgeCodec<string> Codec(int bytesMax) =>
        new((w, text) => w.Text(Limited.Text(text, bytesMax)), (ref CanonicalReader r) => r.Text(bytesMax));

    public static CanonicalWriter Name(this CanonicalWriter writer, string text) =>
        writer.Text(Limited.Text(text, EdgeLimits.NameBytesMax));

    public static CanonicalWriter Line(this CanonicalWriter writer, string text) =>
        writer.Text(Limited.Text(text, EdgeLimits.TextBytesMax));

    public static CanonicalWriter Double(this CanonicalWriter writer, double value) =>
        writer.Int64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Finite, or a fault.</summary>
    public static double Double(ref CanonicalReader reader)
    {
        double value = BitConverter.Int64BitsToDouble(reader.Int64());
        if (!double.IsFinite(value))
        {
            reader.Fail("a number is not finite");
            return 0;
        }

        return value;
    }

    /// <summary>Within bounds, or a fault.</summary>
    public static int Number(ref CanonicalReader reader, int from, int to)
    {
        int value = reader.Int32();
        if (value < from || value > to)
        {
            reader.Fail($"{value} is not in {from}..{to}");
            return from;
        }

        return value;
    }
}
