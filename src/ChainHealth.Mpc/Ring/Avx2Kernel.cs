using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChainHealth.Mpc;

/// <summary>AVX2 has no 64-bit product. x*y = xl*yl + ((xh*yl + xl*yh) mod 2^32) * 2^32: the low products are summed in
/// 64-bit lanes; both cross products come from one 32-bit multiplication of y with x turned by 32 bits, and are summed
/// in 32-bit lanes, joined once at the end. Two multiplications for four products.</summary>
internal sealed unsafe class Avx2Kernel : IRingKernel
{
    public int RowTile => 2;

    public int EntryWords => 2;

    public void Tile(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride)
    {
        Vector256<ulong> low00 = default, low01 = default, low10 = default, low11 = default;
        Vector256<uint> cross00 = default, cross01 = default, cross10 = default, cross11 = default;
        ulong* l = left0;
        ulong* r = right0;
        for (int term = 0; term < 2; term++)
        {
            for (int k = 0; k < inner; k++)
            {
                Vector256<uint> y0 = Vector256.Load((uint*)r), y1 = Vector256.Load((uint*)(r + 4));
                Vector256<uint> x = Avx2.BroadcastScalarToVector256(l).AsUInt32();
                low00 += Avx2.Multiply(y0, x);
                low01 += Avx2.Multiply(y1, x);
                x = Avx2.BroadcastScalarToVector256(l + 1).AsUInt32();
                cross00 += Avx2.MultiplyLow(y0, x);
                cross01 += Avx2.MultiplyLow(y1, x);
                x = Avx2.BroadcastScalarToVector256(l + 2).AsUInt32();
                low10 += Avx2.Multiply(y0, x);
                low11 += Avx2.Multiply(y1, x);
                x = Avx2.BroadcastScalarToVector256(l + 3).AsUInt32();
                cross10 += Avx2.MultiplyLow(y0, x);
                cross11 += Avx2.MultiplyLow(y1, x);
                l += 4;
                r += RingKernel.Columns;
            }

            l = left1;
            r = right1;
        }

        Join(low00, cross00).Store(output);
        Join(low01, cross01).Store(output + 4);
        Join(low10, cross10).Store(output + stride);
        Join(low11, cross11).Store(output + stride + 4);
    }

    private static Vector256<ulong> Join(Vector256<ulong> low, Vector256<uint> cross)
    {
        Vector256<ulong> c = cross.AsUInt64();
        return low + ((c + (c >>> 32)) << 32);
    }
}
