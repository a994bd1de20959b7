namespace ChainHealth.Learning;

/// <summary>Steps and flicker in a grey image, row by row.</summary>
internal sealed class GreyPlane(float[] grey, int height, int width)
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
