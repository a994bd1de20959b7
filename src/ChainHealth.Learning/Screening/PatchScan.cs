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
        var plane = new Plane(grey, shape.Height, shape.Width);
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

    private sealed class Plane(float[] grey, int height, int width)
    {
        private float At(int row, int column) => grey[(row * width) + column];

        /// <summary>Least over the sides that lie inside the image of the mean step across them, less the deviation
        /// inside the square; at least two sides must be inside.</summary>
        public double Step(int row, int column, int side)
        {
            double least = double.PositiveInfinity;
            int sides = 0;
            for (int s = 0; s < 4; s++)
            {
                int outer = s switch { 0 => row - 1, 1 => row + side, 2 => column - 1, _ => column + side };
                if (outer < 0 || outer >= (s < 2 ? height : width))
                {
                    continue;
                }

                sides++;
                double signed = 0;
                for (int i = 0; i < side; i++)
                {
                    signed += s switch
                    {
                        0 => At(row, column + i) - At(outer, column + i),
                        1 => At(row + side - 1, column + i) - At(outer, column + i),
                        2 => At(row + i, column) - At(row + i, outer),
                        _ => At(row + i, column + side - 1) - At(row + i, outer),
                    };
                }

                least = Math.Min(least, Math.Abs(signed) / side);
            }

            return sides < 2 ? double.NegativeInfinity : least - Spread(row, column, side);
        }

        public (double Most, double Median, PatchPlace Place) Flicker()
        {
            const int Side = 3;
            var laplacian = new double[height * width];
            for (int row = 1; row < height - 1; row++)
            {
                for (int column = 1; column < width - 1; column++)
                {
                    laplacian[(row * width) + column] = Math.Abs((4 * At(row, column)) - At(row - 1, column)
                        - At(row + 1, column) - At(row, column - 1) - At(row, column + 1));
                }
            }

            (double most, PatchPlace place) = (0, default);
            for (int row = 0; row + Side <= height; row++)
            {
                for (int column = 0; column + Side <= width; column++)
                {
                    double sum = 0;
                    for (int i = 0; i < Side * Side; i++)
                    {
                        sum += laplacian[((row + (i / Side)) * width) + column + (i % Side)];
                    }

                    if (sum / (Side * Side) > most)
                    {
                        (most, place) = (sum / (Side * Side), new PatchPlace(row, column, Side));
                    }
                }
            }

            Array.Sort(laplacian);
            return (most, laplacian[laplacian.Length * 3 / 4], place);
        }

        private double Spread(int row, int column, int side)
        {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < side * side; i++)
            {
                double value = At(row + (i / side), column + (i % side));
                sum += value;
                squares += value * value;
            }

            double mean = sum / (side * side);
            return Math.Sqrt(Math.Max(0, (squares / (side * side)) - (mean * mean)));
        }
    }
}
