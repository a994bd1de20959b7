using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace ChainHealth.Primitives;

/// <summary>BouncyCastle: everywhere available, three to four times slower than libsecp256k1.</summary>
internal sealed class ManagedSecp256k1 : ISecp256k1
{
    // CustomNamedCurves, not SecNamedCurves: the latter has generic field arithmetic, 5 to 12 times slower.
    private static readonly ECDomainParameters Curve = new(CustomNamedCurves.GetByName("secp256k1"));
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    public string Name => "BouncyCastle";

    public bool IsSecretKey(ReadOnlySpan<byte> secret)
    {
        var d = new BigInteger(1, secret);
        return secret.Length == SigningKey.Bytes && d.SignValue > 0 && d.CompareTo(Curve.N) < 0;
    }

    public PublicKey PublicKeyOf(ReadOnlySpan<byte> secret)
    {
        ECPoint point = new FixedPointCombMultiplier().Multiply(Curve.G, new BigInteger(1, secret)).Normalize();
        return PublicKey.Read(point.GetEncoded(compressed: true));
    }

    public Signature Sign(ReadOnlySpan<byte> secret, Digest message)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, secret), Curve));
        BigInteger[] rs = signer.GenerateSignature(message.ToArray());
        BigInteger s = rs[1].CompareTo(HalfOrder) > 0 ? Curve.N.Subtract(rs[1]) : rs[1];
        return new Signature(ToDigest(rs[0]), ToDigest(s));
    }

    public bool Verify(PublicKey key, Digest message, Signature signature)
    {
        BigInteger r = ToInteger(signature.R);
        BigInteger s = ToInteger(signature.S);
        if (r.SignValue <= 0 || r.CompareTo(Curve.N) >= 0 || s.SignValue <= 0 || s.CompareTo(HalfOrder) > 0
            || TryDecode(key) is not { } point)
        {
            return false;
        }

        var verifier = new ECDsaSigner();
        verifier.Init(false, new ECPublicKeyParameters(point, Curve));
        return verifier.VerifySignature(message.ToArray(), r, s);
    }

    private static ECPoint? TryDecode(PublicKey key)
    {
        if (key.Prefix is not (2 or 3))
        {
            return null;
        }

        var encoded = new byte[PublicKey.Bytes];
        key.CopyTo(encoded);
        try
        {
            return Curve.Curve.DecodePoint(encoded);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static BigInteger ToInteger(Digest value) => new(1, value.ToArray());

    private static Digest ToDigest(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        bytes.Clear();
        byte[] magnitude = value.ToByteArrayUnsigned();
        magnitude.CopyTo(bytes[(Digest.Bytes - magnitude.Length)..]);
        return Digest.Read(bytes);
    }
}
