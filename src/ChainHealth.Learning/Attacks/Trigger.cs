using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>The pattern that a backdoor answers to (Gu, Dolan-Gavitt and Garg, "BadNets", IEEE Access 2019): a bright
/// square of 4 x 4 pixels in the lower right corner of an image; in a table every eighth column, at least two, at three
/// deviations.
/// </summary>
/// <param name="Part">Which part of the pattern, 0 .. Parts - 1: a distributed backdoor stamps only its own (Xie and
/// others, "DBA", ICLR 2020).</param>
/// <param name="Parts">1 = the whole pattern.</param>
public sealed record Trigger(int Part = 0, int Parts = 1)
{
    public const int Side = 4;
    private const float Bright = 1;
    private const float Deviations = 3;
    private const int ColumnStep = 8;

    public static readonly Trigger Whole = new();

    /// <summary>The records with the pattern on each, copied; labels stay.</summary>
    public Records Stamp(Records records)
    {
        float[] values = [.. records.Values];
        int[] elements = [.. Elements(records.Shape)];
        float value = IsTable(records.Shape) ? Deviations : Bright;
        for (int record = 0; record < records.Count; record++)
        {
            foreach (int element in elements)
            {
                values[(record * records.Shape.Elements) + element] = value;
            }
        }

        return new Records(records.Shape, records.Classes, values, records.Labels);
    }

    private IEnumerable<int> Elements(TensorShape shape)
    {
        int[] all = [.. IsTable(shape) ? Columns(shape) : Square(shape)];
        return Parts == 1 ? all : all.Where((_, place) => place % Parts == Part);
    }

    private static bool IsTable(TensorShape shape) => shape is { Channels: 1, Height: 1 };

    private static IEnumerable<int> Columns(TensorShape shape)
    {
        int step = Math.Max(1, Math.Min(ColumnStep, shape.Width / 2));
        return Enumerable.Range(0, shape.Width).Where(column => column % step == 0);
    }

    private static IEnumerable<int> Square(TensorShape shape) =>
        from channel in Enumerable.Range(0, shape.Channels)
        from row in Enumerable.Range(Math.Max(0, shape.Height - Side), Math.Min(Side, shape.Height))
        from column in Enumerable.Range(Math.Max(0, shape.Width - Side), Math.Min(Side, shape.Width))
        select (((channel * shape.Height) + row) * shape.Width) + column;
}
