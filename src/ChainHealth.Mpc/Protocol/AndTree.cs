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
            using ShareVector left = Local.Copy(session, bits, 0, words);
            using ShareVector right = Local.Copy(session, bits, words, words);
            using ShareVector rest = Local.Copy(session, bits, 2 * words, (blocks % 2) * wordsPerBlock);
            using ShareVector and = await Products.AndAsync(session, left, right, cancellation);
            bits.Dispose();
            bits = session.NewVector(words + rest.Length);
            foreach (int j in Local.Known(bits))
            {
                and.Plane(j).CopyTo(bits.Plane(j));
                rest.Plane(j).CopyTo(bits.Plane(j)[words..]);
            }

            blocks -= half;
        }

        return bits;
    }
}
