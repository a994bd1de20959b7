using System.Runtime.Intrinsics.X86;

namespace ChainHealth.Mpc.Tests;

public unsafe class KernelTests
{
    public static TheoryData<string> Kernels => ["portable", "vector128", "avx2", "avx512"];

    /// <summary>A kernel that this processor lacks is not run; the portable one always is.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Matrix_products_equal_the_schoolbook(string name)
    {
        IRingKernel kernel = name switch
        {
            "avx512" when Avx512DQ.IsSupported => new Avx512Kernel(),
            "avx2" when Avx2.IsSupported => new Avx2Kernel(),
            "vector128" => new Vector128Kernel(),
            _ => new PortableKernel(),
        };
        foreach ((int rows, int inner, int columns) in new[]
            { (1, 1, 1), (2, 3, 8), (5, 25, 49), (16, 40, 17), (9, 7, 64) })
        {
            Check(new RingMatrix(kernel), rows, inner, columns);
        }
    }

    [Fact]
    public void Hardware_and_portable_generators_agree()
    {
        byte[] key = [.. Enumerable.Range(1, 16).Select(i => (byte)(i * 11))];
        using var fast = new AesCtr(key);
        using var slow = new AesCtr(key, null);
        ulong* a = stackalloc ulong[700];
        ulong* b = stackalloc ulong[700];
        foreach ((int start, int count) in new[] { (0, 700), (0, 1), (2, 333), (512, 17) })
        {
            fast.Fill(9, start, a, count);
            slow.Fill(9, start, b, count);
            Assert.True(new Span<ulong>(a, count).SequenceEqual(new Span<ulong>(b, count)), $"{start}, {count}");
        }
    }

    /// <summary>FIPS 197, appendix C.1, as the first block of a stream whose counter is that plaintext.</summary>
    [Fact]
    public void The_generator_is_AES_128()
    {
        using var stream = new AesCtr(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        ulong* block = stackalloc ulong[2];
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
        byte[] counter = new byte[16];
        counter[8] = 5;
        byte[] expected = aes.EncryptEcb(counter, System.Security.Cryptography.PaddingMode.None);
        stream.Fill(5, 0, block, 2);
        Assert.Equal(expected, new Span<byte>(block, 16).ToArray());
    }

    [Fact]
    public void Slices_hold_the_bits_of_the_elements()
    {
        var random = new Random(3);
        ulong[] a = [.. Enumerable.Range(0, 150).Select(_ => (ulong)random.NextInt64())];
        var planes = new ulong[3 * 32];
        fixed (ulong* x = a, p = planes)
        {
            BitPlanes.Slice(x, 150, 5, 32, p);
        }

        for (int i = 0; i < 150; i++)
        {
            for (int bit = 0; bit < 32; bit++)
            {
                ulong expected = (a[i] >> (5 + bit)) & 1;
                Assert.Equal(expected, (planes[(bit * 3) + (i / 64)] >> (i % 64)) & 1);
            }
        }
    }

    private static void Check(RingMatrix matrix, int rows, int inner, int columns)
    {
        var random = new Random(rows);
        ulong[] Fill(int n) => [.. Enumerable.Range(0, n).Select(_ => (ulong)random.NextInt64() * 2)];
        ulong[] a = Fill(rows * inner), b = Fill(rows * inner), x = Fill(inner * columns), y = Fill(inner * columns);
        var result = new ulong[rows * columns];
        var left = new ulong[2 * matrix.LeftWords(rows, inner)];
        var right = new ulong[2 * RingMatrix.RightWords(inner, columns)];
        fixed (ulong* pa = a, pb = b, px = x, py = y, pl = left, pr = right, po = result)
        {
            matrix.PackLeft(pa, pb, rows, inner, pl);
            matrix.PackLeft(pb, null, rows, inner, pl + (left.Length / 2));
            RingMatrix.PackRightTransposed(px, inner, columns, pr);
            RingMatrix.PackRightTransposed(py, inner, columns, pr + (right.Length / 2));
            matrix.Multiply(pl, pr, pl + (left.Length / 2), pr + (right.Length / 2), rows, inner, columns, po);
        }

        for (int i = 0; i < result.Length; i++)
        {
            int row = i / columns, column = i % columns;
            ulong expected = 0;
            for (int k = 0; k < inner; k++)
            {
                ulong ab = unchecked(a[(row * inner) + k] + b[(row * inner) + k]);
                expected = unchecked(expected + (ab * x[(column * inner) + k])
                    + (b[(row * inner) + k] * y[(column * inner) + k]));
            }

            Assert.Equal(expected, result[i]);
        }
    }
}
