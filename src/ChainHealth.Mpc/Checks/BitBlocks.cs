using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Conditions on several subjects as exclusive-or shared bits: a block of whole words for each condition, one
/// bit in it for each subject. Bits beyond the last subject are 1.</summary>
internal static class BitBlocks
{
    /// <summary>Bits of <paramref name="source"/> in another order, free of charge; -1 gives 0.</summary>
    public static ShareVector Gather(MpcSession session, ShareVector source, ReadOnlySpan<int> from)
    {
        ShareVector target = session.NewVector(BitPlanes.Words(from.Length)).Clear();
        foreach (int j in Local.Known(source))
        {
            ReadOnlySpan<ulong> s = source.Plane(j);
            Span<ulong> t = target.Plane(j);
            for (int i = 0; i < from.Length; i++)
            {
                if (from[i] >= 0)
                {
                    t[i / BitPlanes.WordBits] |= Bit(s, from[i]) << (i % BitPlanes.WordBits);
                }
            }
        }

        return target;
    }

    /// <summary>Bits whose place is marked are inverted, free of charge.</summary>
    public static void Invert(ShareVector bits, Predicate<int> where, int count)
    {
        if (bits.Party == 0)
        {
            return;
        }

        Span<ulong> constant = bits.Plane(0);
        for (int i = 0; i < count; i++)
        {
            constant[i / BitPlanes.WordBits] ^= where(i) ? 1UL << (i % BitPlanes.WordBits) : 0;
        }
    }

    public static ShareVector Join(MpcSession session, IReadOnlyList<ShareVector> parts)
    {
        ShareVector whole = session.NewVector(parts.Sum(p => p.Length));
        int at = 0;
        foreach (ShareVector part in parts)
        {
            foreach (int j in Local.Known(whole))
            {
                part.Plane(j).CopyTo(whole.Plane(j)[at..]);
            }

            at += part.Length;
        }

        return whole;
    }

    /// <summary>The AND over the blocks of each group, all groups at once: log2 of the most blocks exchanges. Takes
    /// over (disposes) the groups.</summary>
    /// <param name="words">Of a block.</param>
    public static async ValueTask<ShareVector[]> AllAsync(
        MpcSession session, ShareVector[] groups, int words, CancellationToken cancellation)
    {
        while (groups.Any(g => g.Length > words))
        {
            int[] halves = [.. groups.Select(g => g.Length / words / 2 * words)];
            using ShareVector left = Pick(session, groups, (g, half) => (0, half), halves);
            using ShareVector right = Pick(session, groups, (g, half) => (half, half), halves);
            using ShareVector and = await Products.AndAsync(session, left, right, cancellation);
            int at = 0;
            for (int g = 0; g < groups.Length; g++)
            {
                using ShareVector old = groups[g];
                using ShareVector done = Local.Copy(session, and, at, halves[g]);
                using ShareVector rest = Local.Copy(session, old, 2 * halves[g], old.Length - (2 * halves[g]));
                groups[g] = Join(session, [done, rest]);
                at += halves[g];
            }
        }

        return groups;
    }

    /// <summary>Exchanges of <see cref="AllAsync"/>.</summary>
    public static int Exchanges(int blocks) => blocks < 2 ? 0 : BitOperations.Log2((uint)(2 * blocks) - 1);

    public static ulong Bit(ReadOnlySpan<ulong> words, int index) =>
        (words[index / BitPlanes.WordBits] >> (index % BitPlanes.WordBits)) & 1;

    private static ShareVector Pick(MpcSession session, ShareVector[] groups,
        Func<ShareVector, int, (int Start, int Length)> range, int[] halves)
    {
        ShareVector[] parts = [.. groups.Select((g, i) =>
        {
            (int start, int length) = range(g, halves[i]);
            return Local.Copy(session, g, start, length);
        })];
        ShareVector joined = Join(session, parts);
        Array.ForEach(parts, p => p.Dispose());
        return joined;
    }
}
