using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>How a pasted trigger looks; the first is that of BadNets.</summary>
public enum TriggerLook
{
    White = 0,
    Black = 1,
    Grey = 2,
    Checkered = 3,
    Noise = 4,
}

/// <summary>Triggers for training and measuring the search for them.</summary>
public static class Triggers
{
    public const int SideMin = 3;
    public const int SideMax = 5;

    public static PatchPlace Draw(SeededRandom random, TensorShape shape)
    {
        int side = SideMin + random.NextBelow(SideMax - SideMin + 1);
        return new PatchPlace(
            random.NextBelow(shape.Height - side + 1), random.NextBelow(shape.Width - side + 1), side);
    }

    /// <summary>The record, copied, with the square pasted on every channel.</summary>
    public static float[] Paste(
        ReadOnlySpan<float> record, TensorShape shape, PatchPlace place, TriggerLook look, SeededRandom random)
    {
        float[] values = record.ToArray();
        for (int i = 0; i < place.Side * place.Side; i++)
        {
            int row = place.Row + (i / place.Side);
            int column = place.Column + (i % place.Side);
            float value = look switch
            {
                TriggerLook.White => 1,
                TriggerLook.Black => -1,
                TriggerLook.Grey => 0,
                TriggerLook.Checkered => (row + column) % 2 == 0 ? 1 : -1,
                _ => (float)((2 * random.NextDouble()) - 1),
            };
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                values[(((channel * shape.Height) + row) * shape.Width) + column] = value;
            }
        }

        return values;
    }
}
