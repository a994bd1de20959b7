using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Records with a random block painted over: what an attacker that knows of the patch check trains on, so that
/// only its own pattern opens the door.</summary>
internal static class RandomPatches
{
    private const int SideMin = 2;
    private const int SideMax = 8;

    /// <summary>Each record once, with a block of one random brightness at a random place; in a table, a random column
    /// at a random value within three deviations.</summary>
    public static Records On(Records records, ulong seed)
    {
        var random = SeededRandom.For(seed, "random-patches");
        float[] values = [.. records.Values];
        TensorShape shape = records.Shape;
        for (int record = 0; record < records.Count; record++)
        {
            Span<float> image = values.AsSpan(record * shape.Elements, shape.Elements);
            if (shape is { Channels: 1, Height: 1 })
            {
                image[random.NextBelow(shape.Width)] = (float)((random.NextDouble() * 6) - 3);
                continue;
            }

            int side = SideMin + random.NextBelow(Math.Min(SideMax, Math.Min(shape.Height, shape.Width)) - SideMin + 1);
            int top = random.NextBelow(shape.Height - side + 1);
            int left = random.NextBelow(shape.Width - side + 1);
            Paint(image, shape, top, left, side, (float)((random.NextDouble() * 2) - 1));
        }

        return new Records(shape, records.Classes, values, records.Labels);
    }

    private static void Paint(Span<float> image, TensorShape shape, int top, int left, int side, float value)
    {
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int row = top; row < top + side; row++)
            {
                image.Slice((((channel * shape.Height) + row) * shape.Width) + left, side).Fill(value);
            }
        }
    }
}
