using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Encrypts a share package to one validator's P-256 key: ephemeral ECDH, HKDF-SHA256 over both public keys
/// and the context, AES-256-GCM. The context (run, round, hospital, party) is bound: a sealed package cannot be
/// replayed elsewhere.</summary>
public static class PackageSealing
{
    /// <summary>Bytes that sealing adds at most.</summary>
    public const int OverheadBytesMax = 1 + 4 + SpkiBytes + TagBytes + 4;

    private const byte Version = 1;
    private const int CoordinateBytes = 32;
    private const int SpkiBytes = 91;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int KeyBytes = 32;

    /// <summary>SubjectPublicKeyInfo of a P-256 key up to its coordinates (RFC 5480), with the mark of an uncompressed
    /// point.</summary>
    private static ReadOnlySpan<byte> SpkiHead =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <param name="recipientSpki">SubjectPublicKeyInfo, DER, of an ECDH key on P-256.</param>
    /// <exception cref="CryptographicException">The recipient's key is not a P-256 key.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> package, ReadOnlySpan<byte> recipientSpki, ReadOnlySpan<byte> context)
    {
        using ECDiffieHellman recipient = Import(recipientSpki);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] ephemeralSpki = ephemeral.ExportSubjectPublicKeyInfo();
        byte[] key = DeriveKey(ephemeral, recipient, ephemeralSpki, recipient.ExportSubjectPublicKeyInfo(), context);
        var ciphertext = new byte[package.Length];
        Span<byte> tag = stackalloc byte[TagBytes];
        using (var gcm = new AesGcm(key, TagBytes))
        {
            // The key is used once, so the nonce may be constant.
            gcm.Encrypt(stackalloc byte[NonceBytes], package, ciphertext, tag, context);
        }

        CryptographicOperations.ZeroMemory(key);
        return new CanonicalWriter(package.Length + OverheadBytesMax).Byte(Version).Bytes(ephemeralSpki).Fixed(tag)
            .Bytes(ciphertext).ToArray();
    }

    /// <summary>The package's bytes (the caller clears them), or null where the bytes were not sealed to this key and
    /// context, were altered, or hold more than <paramref name="bytesMax"/>.</summary>
    public static byte[]? TryOpen(
        ReadOnlySpan<byte> sealedBytes, ECDiffieHellman key, ReadOnlySpan<byte> context, int bytesMax)
    {
        var reader = new CanonicalReader(sealedBytes);
        byte version = reader.Byte();
        ReadOnlySpan<byte> spki = reader.Bytes(SpkiBytes);
        ReadOnlySpan<byte> tag = reader.Fixed(TagBytes);
        ReadOnlySpan<byte> ciphertext = reader.Bytes(bytesMax);
        if (!reader.Finish() || version != Version)
        {
            return null;
        }

        byte[]? package = null;
        try
        {
            using ECDiffieHellman ephemeral = Import(spki);
            byte[] derived = DeriveKey(key, ephemeral, spki, key.ExportSubjectPublicKeyInfo(), context);
            package = new byte[ciphertext.Length];
            using var gcm = new AesGcm(derived, TagBytes);
            CryptographicOperations.ZeroMemory(derived);
            gcm.Decrypt(stackalloc byte[NonceBytes], ciphertext, tag, package, context);
            return package;
        }
        catch (CryptographicException)
        {
            CryptographicOperations.ZeroMemory(package);
            return null;
        }
    }

    /// <summary>Takes one form only, the uncompressed point on P-256: a hostile key never reaches a general parser. The
    /// import checks that the point lies on the curve.</summary>
    private static ECDiffieHellman Import(ReadOnlySpan<byte> spki)
    {
        if (spki.Length != SpkiBytes || !spki.StartsWith(SpkiHead))
        {
            throw new CryptographicException("not a P-256 public key");
        }

        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = spki.Slice(SpkiHead.Length, CoordinateBytes).ToArray(),
                Y = spki.Slice(SpkiHead.Length + CoordinateBytes, CoordinateBytes).ToArray(),
            },
        });
    }

    private static byte[] DeriveKey(ECDiffieHellman own, ECDiffieHellman other, ReadOnlySpan<byte> ephemeralSpki,
        ReadOnlySpan<byte> recipientSpki, ReadOnlySpan<byte> context)
    {
        byte[] secret = own.DeriveRawSecretAgreement(other.PublicKey);
        byte[] info = new CanonicalWriter().Text("ChainHealth package").Bytes(ephemeralSpki).Bytes(recipientSpki)
            .Bytes(context).ToArray();
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, null, info);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }
}
