using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChainHealth.Mpc;

/// <summary>AVX-512DQ multiplies 64-bit lanes. Eight rows by eight columns: eight independent sums hide the latency of
/// the multiplication.</summary>
internal sealed unsafe class Avx512Kernel : IRingKernel
{
    public int RowTile => 8;

    public int EntryWords => 1;

    public void Tile(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride)
    {
        Vector512<ulong> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<ulong> s4 = default, s5 = default, s6 = default, s7 = default;
        ulong* l = left0;
        ulong* r = right0;
        for (int term = 0; term < 2; term++)
        {
            for (int k = 0; k < inner; k++)
            {
                Vector512<ulong> y = Vector512.Load(r);
                s0 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[0]));
                s1 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[1]));
                s2 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[2]));
                s3 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[3]));
                s4 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[4]));
                s5 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[5]));
                s6 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[6]));
                s7 += Avx512DQ.MultiplyLow(y, Vector512.Create(l[7]));
                l += 8;
                r += RingKernel.Columns;
            }

            l = left1;
            r = right1;
        }

        s0.Store(output);
        s1.Store(output + stride);
        s2.Store(output + (2L * stride));
        s3.Store(output + (3L * stride));
        s4.Store(output + (4L * stride));
        s5.Store(output + (5L * stride));
        s6.Store(output + (6L * stride));
        s7.Store(output + (7L * stride));
    }
}
