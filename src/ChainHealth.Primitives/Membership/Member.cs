namespace ChainHealth.Primitives;

public enum MemberRole : byte
{
    Validator = 1,
    Hospital = 2,
    Provider = 3,

    /// <summary>Reads only: dashboards and auditors.</summary>
    Observer = 4,
}

/// <summary>What the chain knows of a member. The two pins bind its TLS certificate and its encryption key, so that no
/// certificate authority is trusted.</summary>
/// <param name="Id">Number under which it was admitted.</param>
/// <param name="Name">For people; unique, at most 64 bytes of UTF-8.</param>
/// <param name="Role">What its signature may do.</param>
/// <param name="SigningKey">secp256k1, for transactions and votes.</param>
/// <param name="TlsPin">SHA-256 of the SubjectPublicKeyInfo of its TLS certificate (P-256).</param>
/// <param name="EncryptionKey">SubjectPublicKeyInfo (DER) of its P-256 ECDH key; empty unless a validator.</param>
/// <param name="Endpoint">host:port of its TLS listener; empty unless a validator.</param>
public sealed record Member(
    MemberId Id,
    string Name,
    MemberRole Role,
    PublicKey SigningKey,
    Digest TlsPin,
    ByteString EncryptionKey,
    string Endpoint)
{
    public const int NameBytesMax = 64;
    public const int EncryptionKeyBytesMax = 256;
    public const int EndpointBytesMax = 128;

    public static void Write(CanonicalWriter writer, Member member) => writer
        .UInt32(member.Id.Value)
        .Text(member.Name)
        .Byte((byte)member.Role)
        .PublicKey(member.SigningKey)
        .Digest(member.TlsPin)
        .Bytes(member.EncryptionKey.Span)
        .Text(member.Endpoint);

    public static Member Read(ref CanonicalReader reader) => new(
        new MemberId(reader.UInt32()),
        reader.Text(NameBytesMax),
        reader.Enum<MemberRole>(),
        reader.PublicKey(),
        reader.Digest(),
        new ByteString(reader.Bytes(EncryptionKeyBytesMax).ToArray()),
        reader.Text(EndpointBytesMax));
}
