using System.Runtime.InteropServices;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>A random value that no party can foresee or bend: share j is PRF(Kj), and no party knows all four keys,
/// which were tossed before. 1 exchange, for the opening.</summary>
internal static class CoinToss
{
    private const int Words = Digest.Bytes / sizeof(ulong);

    public static async ValueTask<Digest> RunAsync(MpcSession session, CancellationToken cancellation)
    {
        using ShareVector coin = Random(session);
        ulong[] opened = await Opening.OpenByMajorityAsync(session, coin, bits: true, "draw seed", cancellation);
        return Digest.Read(MemoryMarshal.AsBytes(opened.AsSpan()));
    }

    private static unsafe ShareVector Random(MpcSession session)
    {
        ShareVector coin = session.NewVector(Words);
        ulong operation = session.NextOperation();
        foreach (int j in Local.Known(coin))
        {
            session.Keys.Share(j).Fill(operation, 0, coin[j], Words);
        }

        return coin;
    }
}
