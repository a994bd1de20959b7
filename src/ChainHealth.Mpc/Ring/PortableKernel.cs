namespace ChainHealth.Mpc;

/// <summary>The reference form, for any processor.</summary>
internal sealed unsafe class PortableKernel : IRingKernel
{
    public int RowTile => 2;

    public int EntryWords => 1;

    public void Tile(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride)
    {
        ulong* sums = stackalloc ulong[2 * RingKernel.Columns];
        new Span<ulong>(sums, 2 * RingKernel.Columns).Clear();
        for (int k = 0; k < inner; k++)
        {
            for (int c = 0; c < RingKernel.Columns; c++)
            {
                ulong r0 = right0[(k * RingKernel.Columns) + c], r1 = right1[(k * RingKernel.Columns) + c];
                sums[c] = unchecked(sums[c] + (left0[2 * k] * r0) + (left1[2 * k] * r1));
                ref ulong second = ref sums[RingKernel.Columns + c];
                second = unchecked(second + (left0[(2 * k) + 1] * r0) + (left1[(2 * k) + 1] * r1));
            }
        }

        for (int row = 0; row < 2; row++)
        {
            new Span<ulong>(sums + (row * RingKernel.Columns), RingKernel.Columns)
                .CopyTo(new Span<ulong>(output + ((long)row * stride), RingKernel.Columns));
        }
    }
}
