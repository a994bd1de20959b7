namespace ChainHealth.Primitives;

/// <summary>A compressed secp256k1 point: 02 or 03, then x. Whether x lies on the curve is checked on use.</summary>
public readonly record struct PublicKey(byte Prefix, Digest X)
{
    public const int Bytes = 33;

    public static PublicKey Read(ReadOnlySpan<byte> source) => new(source[0], Digest.Read(source[1..]));

    public void CopyTo(Span<byte> destination)
    {
        destination[0] = Prefix;
        X.CopyTo(destination[1..]);
    }

    public override string ToString() => $"{Prefix:x2}{X}";
}

/// <summary>An ECDSA signature r||s over secp256k1, 64 bytes. Only low s is valid. Its bytes are never an id.</summary>
public readonly record struct Signature(Digest R, Digest S)
{
    public const int Bytes = 64;

    public static Signature Read(ReadOnlySpan<byte> source) => new(Digest.Read(source), Digest.Read(source[32..]));

    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[32..]);
    }

    public override string ToString() => $"{R}{S}";
}

public static class KeyCodec
{
    public static CanonicalWriter PublicKey(this CanonicalWriter writer, PublicKey key) =>
        writer.Byte(key.Prefix).Digest(key.X);

    public static CanonicalWriter Signature(this CanonicalWriter writer, Signature signature) =>
        writer.Digest(signature.R).Digest(signature.S);

    public static PublicKey PublicKey(this ref CanonicalReader reader) => new(reader.Byte(), reader.Digest());

    public static Signature Signature(this ref CanonicalReader reader) => new(reader.Digest(), reader.Digest());
}
