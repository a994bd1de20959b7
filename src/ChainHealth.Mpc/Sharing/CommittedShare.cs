using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>One of the four shares of a vector with the salt of its commitment: a 32-byte seed that a pseudorandom
/// generator expands, or the ring elements themselves.</summary>
internal sealed class CommittedShare : IDisposable
{
    public const int SeedBytes = 32;
    public const int SaltBytes = 32;

    private CommittedShare(int length, byte[] salt, byte[]? seed, ulong[]? vector)
    {
        Length = length;
        Salt = salt;
        Seed = seed;
        Vector = vector;
    }

    /// <summary>Ring elements.</summary>
    public int Length { get; }

    public byte[] Salt { get; }

    public byte[]? Seed { get; }

    public ulong[]? Vector { get; }

    public static CommittedShare FromSeed(int length, byte[] salt, byte[] seed) => new(length, salt, seed, null);

    public static CommittedShare FromVector(byte[] salt, ulong[] vector) => new(vector.Length, salt, null, vector);

    /// <summary>SHA-256 over kind, length, salt and share, tagged.</summary>
    public Digest Commitment()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[5];
        head[0] = Vector is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], Length);
        hash.AppendData("ChainHealth share"u8);
        hash.AppendData(head);
        hash.AppendData(Salt);
        hash.AppendData(Vector is null ? Seed! : MemoryMarshal.AsBytes(Vector.AsSpan()));
        Span<byte> result = stackalloc byte[Digest.Bytes];
        hash.GetHashAndReset(result);
        return Digest.Read(result);
    }

    /// <summary>Writes the ring elements [0, Length).</summary>
    public void Expand(Span<ulong> destination)
    {
        using var reader = new ShareReader(this);
        reader.Read(0, destination[..Length]);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Salt);
        CryptographicOperations.ZeroMemory(Seed);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Vector.AsSpan()));
    }

    public override string ToString() => $"share of {Length} elements";
}
