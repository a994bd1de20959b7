using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>A square of an image, rows and columns from 0.</summary>
public readonly record struct PatchPlace(int Row, int Column, int Side);

/// <summary>How much a small square of an image stands out: backdoor triggers are pasted, so their borders are sharp on
/// every side (Gu and others, "BadNets", arXiv 1708.06733; Chou and others, "SentiNet", 2020, look for such places by
/// the model's attention; a verified model has none for a trigger that it never learned).</summary>
/// <param name="Edge">Largest of: least mean step over a square's sides, less the spread inside.</param>
/// <param name="Flicker">Largest of: mean absolute Laplacian inside a square.</param>
/// <param name="Busy">Upper quartile of the absolute Laplacian over the image.</param>
/// <param name="Place">The square with the largest step.</param>
/// <param name="FlickerPlace">The square that flickers most.</param>
internal sealed record PatchScan(double Edge, double Flicker, double Busy, PatchPlace Place, PatchPlace FlickerPlace)
{
    private const int SideMin = 2;
    private const int SideMax = 6;

    /// <summary>The square to show to a person.</summary>
    public PatchPlace Striking => Flicker > 2 * Edge ? FlickerPlace : Place;

    /// <summary>For the classifier.</summary>
    public float[] Features() =>
    [
        (float)Edge, (float)Flicker, (float)(Flicker / (Busy + 0.02)), (float)Busy, Place.Side, (float)(Edge - Flicker),
    ];

    public static PatchScan Of(ReadOnlySpan<float> values, TensorShape shape)
    {
        float[] grey = Grey(values, shape);
        var plane = new GreyPlane(grey, shape.Height, shape.Width);
        (double edge, PatchPlace place) = (double.NegativeInfinity, default);
        for (int side = SideMin; side <= SideMax; side++)
        {
            for (int row = 0; row + side <= shape.Height; row++)
            {
                for (int column = 0; column + side <= shape.Width; column++)
                {
                    double step = plane.Step(row, column, side);
                    if (step > edge)
                    {
                        (edge, place) = (step, new PatchPlace(row, column, side));
                    }
                }
            }
        }

        (double flicker, double busy, PatchPlace where) = plane.Flicker();
        return new PatchScan(edge, flicker, busy, place, where);
    }

    private static float[] Grey(ReadOnlySpan<float> values, TensorShape shape)
    {
        int pixels = shape.Height * shape.Width;
        var grey = new float[pixels];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int i = 0; i < pixels; i++)
            {
                grey[i] += values[(c * pixels) + i] / shape.Channels;
            }
        }

        return grey;
    }
}
