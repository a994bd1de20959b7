using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>The result of sharing one vector: what goes on chain, and one package for each computing party.</summary>
public sealed class SharedInput(ShareCommitments commitments, SharePackage[] packages) : IDisposable
{
    public ShareCommitments Commitments { get; } = commitments;

    /// <summary>Four, by party.</summary>
    public IReadOnlyList<SharePackage> Packages { get; } = packages;

    public void Dispose()
    {
        foreach (SharePackage package in Packages)
        {
            package.Dispose();
        }
    }
}

/// <summary>Input by an outside party, a hospital or the provider: x = x0 + x1 + x2 + x3 in Z_2^64, party i gets all
/// but xi. Three shares are seeds, one is a vector: three vectors travel in all, which is the least possible, since
/// each share has three holders and their sum is the input's full entropy.</summary>
public static class InputSharing
{
    /// <param name="values">Fixed-point numbers, or integers such as one-hot labels.</param>
    /// <param name="randomness">Fresh for every call.</param>
    /// <param name="vectorShare">Which of the four shares is the vector; the party of that number receives seeds only.
    /// Alternate it between inputs to spread the load.</param>
    public static SharedInput Share(ReadOnlySpan<long> values, RandomSource randomness, int vectorShare = 3)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, SharePackage.LengthMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)vectorShare, 3u);
        var vector = new ulong[values.Length];
        Span<ulong> stretch = stackalloc ulong[JointInput.Stretch];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = unchecked((ulong)values[i]);
        }

        var shares = new CommittedShare[ExchangeMessages.Parties];
        for (int j = 0; j < shares.Length; j++)
        {
            byte[] salt = Fresh(randomness, CommittedShare.SaltBytes);
            if (j == vectorShare)
            {
                shares[j] = CommittedShare.FromVector(salt, vector);
                continue;
            }

            shares[j] = CommittedShare.FromSeed(values.Length, salt, Fresh(randomness, CommittedShare.SeedBytes));
            Subtract(shares[j], vector, stretch);
        }

        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(stretch));
        var commitments = new ShareCommitments(shares[0].Commitment(), shares[1].Commitment(),
            shares[2].Commitment(), shares[3].Commitment());
        return new SharedInput(commitments, [.. Enumerable.Range(0, shares.Length).Select(p =>
            new SharePackage(p, [.. shares.Select((s, j) => j == p ? null : s)]))]);
    }

    private static void Subtract(CommittedShare share, Span<ulong> vector, Span<ulong> stretch)
    {
        using var reader = new ShareReader(share);
        for (int start = 0; start < vector.Length; start += stretch.Length)
        {
            Span<ulong> part = stretch[..Math.Min(stretch.Length, vector.Length - start)];
            reader.Read(start, part);
            for (int i = 0; i < part.Length; i++)
            {
                vector[start + i] = unchecked(vector[start + i] - part[i]);
            }
        }
    }

    private static byte[] Fresh(RandomSource randomness, int count)
    {
        var bytes = new byte[count];
        randomness(bytes);
        return bytes;
    }
}
