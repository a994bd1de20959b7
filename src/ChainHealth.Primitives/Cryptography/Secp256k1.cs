using System.Security.Cryptography;

namespace ChainHealth.Primitives;

/// <summary>ECDSA over secp256k1, compact, low s, RFC 6979. NBitcoin.Secp256k1 would fit behind it in one
/// file.</summary>
public interface ISecp256k1
{
    string Name { get; }

    /// <summary>False where the 32 bytes are zero or not below the group order.</summary>
    bool IsSecretKey(ReadOnlySpan<byte> secret);

    PublicKey PublicKeyOf(ReadOnlySpan<byte> secret);

    Signature Sign(ReadOnlySpan<byte> secret, Digest message);

    /// <summary>False for a point off the curve, r or s out of range, or a high s.</summary>
    bool Verify(PublicKey key, Digest message, Signature signature);
}

/// <summary>libsecp256k1 where it loads (about 30 microseconds an operation), BouncyCastle otherwise (about 120). Both
/// give the same bytes.</summary>
public static class Secp256k1
{
    public static ISecp256k1 Backend { get; } = (ISecp256k1?)NativeSecp256k1.Instance ?? new ManagedSecp256k1();

    public static bool Verify(PublicKey key, Digest message, Signature signature) =>
        Backend.Verify(key, message, signature);
}

/// <summary>A secret signing key. It never prints itself and is cleared when disposed.</summary>
public sealed class SigningKey : IDisposable
{
    public const int Bytes = 32;

    private readonly byte[] _secret;

    private SigningKey(byte[] secret)
    {
        _secret = secret;
        PublicKey = Secp256k1.Backend.PublicKeyOf(secret);
    }

    public PublicKey PublicKey { get; }

    /// <summary>From 32 random bytes; null where they are not a key (chance 2^-128).</summary>
    public static SigningKey? TryCreate(ReadOnlySpan<byte> secret) =>
        secret.Length == Bytes && Secp256k1.Backend.IsSecretKey(secret) ? new SigningKey(secret.ToArray()) : null;

    public Signature Sign(Digest message) => Secp256k1.Backend.Sign(_secret, message);

    /// <summary>For the key file only.</summary>
    public byte[] ExportSecret() => (byte[])_secret.Clone();

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    public override string ToString() => $"signing key of {PublicKey}";
}
