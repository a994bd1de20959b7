namespace ChainHealth.Mpc;

/// <summary>AND of several blocks of bits, word by word: log2 of the blocks exchanges.</summary>
internal static class AndTree
{
    /// <summary>Takes over (disposes) <paramref name="bits"/>.</summary>
    public static async ValueTask<ShareVector> RunAsync(
        MpcSession session, ShareVector bits, int wordsPerBlock, CancellationToken cancellation)
    {
        int blocks = bits.Length / wordsPerBlock;
        while (blocks > 1)
        {
            int half = blocks / 2;
            int words = half * wordsPerBlock;
            using ShareVector and = await Products.AndAsync(
                session, bits.View(0, words), bits.View(words, words), cancellation);
            ShareVector rest = bits.View(2 * words, (blocks % 2) * wordsPerBlock);
            ShareVector next = session.NewVector(words + rest.Length);
            foreach (int j in Local.Known(next))
            {
                and.Plane(j).CopyTo(next.Plane(j));
                rest.Plane(j).CopyTo(next.Plane(j)[words..]);
            }

            bits.Dispose();
            bits = next;
            blocks -= half;
        }

        return bits;
    }
}
