using System.Runtime.Intrinsics;

namespace ChainHealth.Mpc;

/// <summary>Between ring elements and bit-sliced form: plane j holds bit j of 64 elements in each word.</summary>
internal static unsafe class BitPlanes
{
    public const int WordBits = 64;
    public const int WindowMax = 64;

    public const int ExpandGrain = 4;

    private const int BlockBits = 32;

    public static int Words(int bits) => (bits + WordBits - 1) / WordBits;

    /// <summary>Bits [low, low + window) of x[i], as window planes of Words(count) words. Elements beyond the count are
    /// zero.</summary>
    public static void Slice(ulong* x, int count, int low, int window, ulong* planes)
    {
        for (int done = 0; done < window; done += BlockBits)
        {
            SliceBlock(x, count, low + done, Math.Min(BlockBits, window - done), planes + (done * Words(count)));
        }
    }

    private static void SliceBlock(ulong* x, int count, int low, int window, ulong* planes)
    {
        int words = Words(count);
        ulong* block = stackalloc ulong[BlockBits];
        for (int w = 0; w < words; w++)
        {
            int start = w * WordBits;
            for (int i = 0; i < BlockBits; i++)
            {
                ulong first = start + i < count ? x[start + i] >> low : 0;
                int other = start + i + BlockBits;
                ulong second = other < count ? x[other] >> low : 0;
                block[i] = (first & uint.MaxValue) | (second << BlockBits);
            }

            Transpose(block);
            for (int j = 0; j < window; j++)
            {
                planes[(j * words) + w] = block[j];
            }
        }
    }

    /// <summary>Each bit of [start, start + count) as a word 0 or 1.</summary>
    /// <param name="start">A multiple of <see cref="ExpandGrain"/>.</param>
    public static void Expand(ulong* bits, int start, ulong* words, int count)
    {
        int i = 0;
        for (; i + ExpandGrain <= count; i += ExpandGrain)
        {
            ulong nibble = bits[(start + i) / WordBits] >> ((start + i) % WordBits);
            Vector256<ulong> select = Vector256.Create(1UL, 2UL, 4UL, 8UL);
            Vector256<ulong> set = Vector256.Equals(Vector256.Create(nibble) & select, select);
            (set & Vector256.Create(1UL)).Store(words + i);
        }

        for (; i < count; i++)
        {
            words[i] = (bits[(start + i) / WordBits] >> ((start + i) % WordBits)) & 1;
        }
    }

    /// <summary>Both 32 x 32 halves of the block at once: bit i of word j becomes bit j of word i.</summary>
    private static void Transpose(ulong* block)
    {
        ulong mask = 0x0000FFFF0000FFFF;
        for (int j = 16; j >= 4; j >>= 1, mask ^= mask << j)
        {
            for (int k = 0; k < BlockBits; k = ((k | j) + 4) & ~j)
            {
                Vector256<ulong> low = Vector256.Load(block + k), high = Vector256.Load(block + (k | j));
                Vector256<ulong> t = ((low >>> j) ^ high) & Vector256.Create(mask);
                (high ^ t).Store(block + (k | j));
                (low ^ (t << j)).Store(block + k);
            }
        }

        for (int j = 2; j != 0; j >>= 1, mask ^= mask << j)
        {
            for (int k = 0; k < BlockBits; k = ((k | j) + 1) & ~j)
            {
                ulong t = ((block[k] >> j) ^ block[k | j]) & mask;
                block[k | j] ^= t;
                block[k] ^= t << j;
            }
        }
    }
}
