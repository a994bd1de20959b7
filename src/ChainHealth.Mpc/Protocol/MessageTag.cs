using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>GMAC by which the witness b vouches to the receiver r for what the sender s sends. The nonce is (exchange,
/// s, b, r): under one pairwise key it never occurs twice in a session.</summary>
internal static class MessageTag
{
    public const int Bytes = 16;
    private const int NonceBytes = 12;

    public static void Compute(
        AesGcm key, ulong exchange, int sender, int witness, int receiver, ReadOnlySpan<byte> values, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce, exchange);
        nonce[8] = (byte)sender;
        nonce[9] = (byte)witness;
        nonce[10] = (byte)receiver;
        nonce[11] = 0;
        key.Encrypt(nonce, default, default, tag, values);
    }
}
