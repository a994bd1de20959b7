using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace ChainHealth.Mpc;

/// <summary>For ARM64 (AdvSimd), written so that any processor can run it. As <see cref="Avx2Kernel"/>: the low
/// products are summed in 64-bit lanes, both cross products, from one 32-bit multiplication with the halves of x
/// swapped, in 32-bit lanes, joined once at the end. Two rows by eight columns, in two passes.</summary>
internal sealed unsafe class Vector128Kernel : IRingKernel
{
    private const int Lanes = 2;

    private static Vector128<ulong> LowHalf => Vector128.Create((ulong)uint.MaxValue);

    public int RowTile => 2;

    public int EntryWords => 2;

    public void Tile(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride)
    {
        // Eight sums at a time fit the registers of any processor.
        for (int column = 0; column < RingKernel.Columns; column += 2 * Lanes)
        {
            Half(left0, right0 + column, left1, right1 + column, inner, output + column, stride);
        }
    }

    private static void Half(
        ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride)
    {
        Vector128<ulong> low00 = default, low01 = default, low10 = default, low11 = default;
        Vector128<uint> cross00 = default, cross01 = default, cross10 = default, cross11 = default;
        ulong* l = left0;
        ulong* r = right0;
        for (int term = 0; term < 2; term++)
        {
            for (int k = 0; k < inner; k++)
            {
                Vector128<uint> y0 = Vector128.Load((uint*)r), y1 = Vector128.Load((uint*)(r + Lanes));
                low00 = AddLow(low00, y0, l[0]);
                low01 = AddLow(low01, y1, l[0]);
                low10 = AddLow(low10, y0, l[2]);
                low11 = AddLow(low11, y1, l[2]);
                Vector128<uint> x0 = Vector128.Create(l[1]).AsUInt32(), x1 = Vector128.Create(l[3]).AsUInt32();
                cross00 += y0 * x0;
                cross01 += y1 * x0;
                cross10 += y0 * x1;
                cross11 += y1 * x1;
                l += 4;
                r += RingKernel.Columns;
            }

            l = left1;
            r = right1;
        }

        Join(low00, cross00).Store(output);
        Join(low01, cross01).Store(output + Lanes);
        Join(low10, cross10).Store(output + stride);
        Join(low11, cross11).Store(output + stride + Lanes);
    }

    /// <summary>sum + (low half of each y) * (low half of x).</summary>
    private static Vector128<ulong> AddLow(Vector128<ulong> sum, Vector128<uint> y, ulong x) =>
        AdvSimd.IsSupported
            ? AdvSimd.MultiplyWideningLowerAndAdd(
                sum, AdvSimd.ExtractNarrowingLower(y.AsUInt64()), Vector64.Create((uint)(x & uint.MaxValue)))
            : sum + ((y.AsUInt64() & LowHalf) * Vector128.Create(x & uint.MaxValue));

    private static Vector128<ulong> Join(Vector128<ulong> low, Vector128<uint> cross)
    {
        Vector128<ulong> c = cross.AsUInt64();
        return low + ((c + (c >>> 32)) << 32);
    }
}
