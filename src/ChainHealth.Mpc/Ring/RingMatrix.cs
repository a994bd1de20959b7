using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Packing for, and the loops around, the innermost kernel.</summary>
internal sealed unsafe class RingMatrix(IRingKernel kernel)
{
    private const int RowTileMax = 8;

    public static RingMatrix Best { get; } = new(RingKernel.Best);

    /// <summary>Words of a packed left operand.</summary>
    public int LeftWords(int rows, int inner) => checked(
        (rows + kernel.RowTile - 1) / kernel.RowTile * kernel.RowTile * kernel.EntryWords * inner);

    /// <summary>Words of a packed right operand.</summary>
    public static int RightWords(int inner, int columns) => checked(Panels(columns) * RingKernel.Columns * inner);

    public static int Panels(int columns) => (columns + RingKernel.Columns - 1) / RingKernel.Columns;

    /// <summary>Packs the rows x inner matrix a, or a + b where b is given; rows lie one after another.</summary>
    public void PackLeft(ulong* a, ulong* b, int rows, int inner, ulong* packed)
    {
        int tile = kernel.RowTile, entry = kernel.EntryWords;
        for (int first = 0; first < rows; first += tile)
        {
            for (int row = 0; row < tile; row++)
            {
                ulong* p = packed + ((long)first * inner * entry) + (row * entry);
                bool real = first + row < rows;
                long start = (long)(first + row) * inner;
                for (int k = 0; k < inner; k++, p += tile * entry)
                {
                    ulong value = !real ? 0 : b is null ? a[start + k] : unchecked(a[start + k] + b[start + k]);
                    p[0] = value;
                    if (entry == 2)
                    {
                        p[1] = BitOperations.RotateLeft(value, 32);
                    }
                }
            }
        }
    }

    /// <summary>Packs the transpose of the columns x inner matrix a: dense weights (out, in) become the right operand.
    /// </summary>
    public static void PackRightTransposed(ulong* a, int inner, int columns, ulong* packed)
    {
        for (int panel = 0; panel < Panels(columns); panel++)
        {
            for (int lane = 0; lane < RingKernel.Columns; lane++)
            {
                int column = (panel * RingKernel.Columns) + lane;
                ulong* p = packed + ((long)panel * RingKernel.Columns * inner) + lane;
                for (int k = 0; k < inner; k++, p += RingKernel.Columns)
                {
                    *p = column < columns ? a[((long)column * inner) + k] : 0;
                }
            }
        }
    }

    /// <summary>output = left0 * right0 + left1 * right1, rows x columns, overwritten.</summary>
    public void Multiply(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int rows, int inner, int columns,
        ulong* output)
    {
        ulong* edge = stackalloc ulong[RowTileMax * RingKernel.Columns];
        int tile = kernel.RowTile;
        for (int column = 0; column < columns; column += RingKernel.Columns)
        {
            long panel = (long)column * inner;
            for (int row = 0; row < rows; row += tile)
            {
                long left = (long)row * inner * kernel.EntryWords;
                ulong* target = output + ((long)row * columns) + column;
                if (row + tile <= rows && column + RingKernel.Columns <= columns)
                {
                    kernel.Tile(left0 + left, right0 + panel, left1 + left, right1 + panel, inner, target, columns);
                    continue;
                }

                kernel.Tile(left0 + left, right0 + panel, left1 + left, right1 + panel, inner, edge,
                    RingKernel.Columns);
                int width = Math.Min(RingKernel.Columns, columns - column);
                for (int r = 0; r < Math.Min(tile, rows - row); r++)
                {
                    new Span<ulong>(edge + (r * RingKernel.Columns), width)
                        .CopyTo(new Span<ulong>(target + ((long)r * columns), width));
                }
            }
        }
    }
}
