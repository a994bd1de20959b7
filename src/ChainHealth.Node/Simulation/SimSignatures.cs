using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A signature scheme that costs nanoseconds: a mix of key and message. Anyone could forge it, and no
/// simulated liar does: what is simulated is the protocol, not the curve.</summary>
public static class SimSignatures
{
    public static PublicKey KeyOf(int replica) => new(2, new Digest((ulong)replica + 1, 7, 7, 7));

    public static ValidatorSet Validators(int n) =>
        new(new Epoch(1), [.. Enumerable.Range(0, n).Select(KeyOf)], Check);

    public static Func<Digest, Signature> SignerOf(int replica)
    {
        PublicKey key = KeyOf(replica);
        return message => Sign(key, message);
    }

    private static bool Check(PublicKey key, Digest message, Signature signature) => signature == Sign(key, message);

    private static Signature Sign(PublicKey key, Digest message)
    {
        unchecked
        {
            ulong k = (key.X.A * 0x9E3779B97F4A7C15) ^ 0xD6E8FEB86659FD93;
            return new Signature(
                new Digest(message.A ^ k, message.B + k, message.C ^ (k * 3), message.D + (k * 5)),
                new Digest(k, message.A * k, message.B ^ k, 1));
        }
    }
}
