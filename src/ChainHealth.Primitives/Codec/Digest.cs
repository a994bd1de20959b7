using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChainHealth.Primitives;

/// <summary>A SHA-256 value as four words, so that comparing and hashing it costs no allocation.</summary>
public readonly record struct Digest(ulong A, ulong B, ulong C, ulong D) : IComparable<Digest>
{
    public const int Bytes = 32;

    private const int HeadBytesMax = 1 + 63 + Bytes;

    /// <summary>Contents up to here are copied behind their head and hashed in one call, which allocates
    /// nothing.</summary>
    private const int OneShotBytesMax = 512;

    public static Digest Zero => default;

    public bool IsZero => this == default;

    public static Digest Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64BigEndian(source),
        BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(source[24..]));

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Plain SHA-256: for files and vectors that others publish. Our own values use
    /// <see cref="Of"/>.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(content, hash);
        return Read(hash);
    }

    /// <summary>SHA-256(length of tag, tag, chain id, content). The tag keeps values of one kind from passing as
    /// another; the chain id keeps them from being replayed on another chain (zero where a value belongs to no chain).
    /// </summary>
    public static Digest Of(string tag, Digest chain, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Span<byte> input = stackalloc byte[HeadBytesMax + OneShotBytesMax];
        int tagBytes = Encoding.ASCII.GetBytes(tag, input[1..64]);
        input[0] = (byte)tagBytes;
        int headBytes = 1 + tagBytes + Bytes;
        chain.CopyTo(input[(1 + tagBytes)..]);
        if (content.Length <= OneShotBytesMax)
        {
            content.CopyTo(input[headBytes..]);
            return Sha256(input[..(headBytes + content.Length)]);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(input[..headBytes]);
        hash.AppendData(content);
        Span<byte> result = stackalloc byte[Bytes];
        hash.GetHashAndReset(result);
        return Read(result);
    }

    public static bool TryParse(string? hex, out Digest digest)
    {
        digest = default;
        if (hex is not { Length: Bytes * 2 } || !hex.All(Uri.IsHexDigit))
        {
            return false;
        }

        digest = Read(Convert.FromHexString(hex));
        return true;
    }

    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string Short => ToString()[..8];

    public int CompareTo(Digest other)
    {
        int a = A.CompareTo(other.A);
        int b = B.CompareTo(other.B);
        int c = C.CompareTo(other.C);
        return a != 0 ? a : b != 0 ? b : c != 0 ? c : D.CompareTo(other.D);
    }

    public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";
}
