using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Which records of the pool a coin toss picks: a partial shuffle driven by AES in counter mode, by rejection,
/// so that every subset is equally likely. Anyone can recompute it from the opened seed.</summary>
public static class RecordDraw
{
    /// <summary>min(draw, pool) different indices below <paramref name="pool"/>, ascending.</summary>
    public static unsafe int[] Sample(Digest seed, int pool, int draw)
    {
        Span<byte> key = stackalloc byte[Digest.Bytes];
        Digest.Of("record-draw", default, seed.ToArray()).CopyTo(key);
        using var stream = new AesCtr(key);
        int[] order = [.. Enumerable.Range(0, pool)];
        int count = Math.Min(pool, draw);
        int word = 0;
        ulong* pair = stackalloc ulong[2];
        for (int i = 0; i < count; i++)
        {
            ulong left = (ulong)(pool - i);
            ulong limit = ulong.MaxValue - (ulong.MaxValue % left);
            do
            {
                stream.Fill(0, word, pair, 2);
                word += 2;
            }
            while (pair[0] >= limit);

            int other = i + (int)(pair[0] % left);
            (order[i], order[other]) = (order[other], order[i]);
        }

        CryptographicOperations.ZeroMemory(key);
        return [.. order.Take(count).Order()];
    }
}
