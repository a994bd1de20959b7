using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Which score is largest, as one shared bit for each class. Every pair of classes is compared once, so of two
/// scores exactly one leads the other (of two that differ by less than 2^Low either may); a class wins where it leads
/// all others. K (K - 1) / 2 comparisons and K (K - 2) ANDs for each record, 7 + ceil(log2(K - 1)) exchanges, however
/// many records.</summary>
internal static class Argmax
{
    /// <param name="scores">(record, class).</param>
    /// <returns>Exclusive-or shares of one-hot bits, (class, record), each class padded to whole words.</returns>
    public static async ValueTask<ShareVector> OneHotAsync(
        MpcSession session, ShareVector scores, int classes, Window window, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        int records = scores.Length / classes;
        int words = BitPlanes.Words(records);
        ShareVector first;
        using (ShareVector leads = Leads(session, scores, classes, records, words * BitPlanes.WordBits))
        {
            first = await Comparison.IsNotNegativeAsync(session, leads, window, cancellation);
        }

        using (first)
        {
            ShareVector wins = Wins(session, first, classes, words);
            return await AndTree.RunAsync(session, wins, classes * words, cancellation);
        }
    }

    /// <summary>Exchanges of <see cref="OneHotAsync"/> for windows of 18 to 33 bits.</summary>
    public static int Exchanges(int classes) => 7 + BitOperations.Log2((uint)(2 * (classes - 1)) - 1);

    /// <summary>Score a minus score b for a below b, pair after pair, each padded to
    /// <paramref name="block"/>.</summary>
    private static ShareVector Leads(MpcSession session, ShareVector scores, int classes, int records, int block)
    {
        ShareVector leads = session.NewVector(checked(classes * (classes - 1) / 2 * block)).Clear();
        foreach (int j in Local.Known(scores))
        {
            Span<ulong> source = scores.Plane(j), target = leads.Plane(j);
            int at = 0;
            for (int a = 0; a < classes; a++)
            {
                for (int b = a + 1; b < classes; b++, at += block)
                {
                    for (int n = 0; n < records; n++)
                    {
                        target[at + n] = unchecked(source[(n * classes) + a] - source[(n * classes) + b]);
                    }
                }
            }
        }

        return leads;
    }

    /// <summary>(the other, class, record): whether the class leads the other.</summary>
    private static ShareVector Wins(MpcSession session, ShareVector first, int classes, int words)
    {
        using ShareVector second = Local.Copy(session, first, 0, first.Length);
        Local.Invert(second);
        ShareVector wins = session.NewVector(checked((classes - 1) * classes * words));
        foreach (int j in Local.Known(first))
        {
            Span<ulong> f = first.Plane(j), s = second.Plane(j), target = wins.Plane(j);
            for (int step = 1; step < classes; step++)
            {
                for (int k = 0; k < classes; k++)
                {
                    int other = (k + step) % classes;
                    Span<ulong> bits = k < other ? f : s;
                    bits.Slice(PairOf(Math.Min(k, other), Math.Max(k, other), classes) * words, words)
                        .CopyTo(target[((((step - 1) * classes) + k) * words)..]);
                }
            }
        }

        return wins;
    }

    /// <summary>Place of the pair (a, b), a below b, in the order of <see cref="Leads"/>.</summary>
    private static int PairOf(int a, int b, int classes) => (a * classes) - (a * (a + 1) / 2) + (b - a - 1);
}
