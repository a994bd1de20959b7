using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ChainHealth.Mpc;

/// <summary>Innermost loop of matrix products in Z_2^64: a tile of <see cref="RowTile"/> rows by eight columns of
/// L0*R0 + L1*R1. Left operands are packed by rows of the tile, right operands in panels of eight columns.</summary>
internal unsafe interface IRingKernel
{
    /// <summary>Rows of a tile.</summary>
    int RowTile { get; }

    /// <summary>Words that a packed left element takes: 2 where the kernel wants its halves swapped besides.</summary>
    int EntryWords { get; }

    /// <summary>output[row * stride + column], overwritten.</summary>
    void Tile(ulong* left0, ulong* right0, ulong* left1, ulong* right1, int inner, ulong* output, int stride);
}

internal static class RingKernel
{
    public const int Columns = 8;

    /// <summary>The fastest that this processor has.</summary>
    public static IRingKernel Best { get; } =
        Avx512DQ.IsSupported ? new Avx512Kernel() : Avx2.IsSupported ? new Avx2Kernel()
        : AdvSimd.IsSupported ? new Vector128Kernel() : new PortableKernel();
}
