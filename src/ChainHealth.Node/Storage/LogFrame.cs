using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Layout of one record in an append-only file: magic u32, length u32 (of the payload), CRC32C u32 (over all
/// that follows and the length), type u8, link (32 bytes), payload. The link is SHA-256 over the link before, type and
/// payload: a record that was altered, swapped, repeated or left out breaks the chain even where its checksum is right.
/// </summary>
internal static class LogFrame
{
    public const int HeaderBytes = 4 + 4 + 4 + 1 + Digest.Bytes;
    public const int PayloadBytesMax = 256 * 1024 * 1024;

    private const uint Magic = 0x4652_4843;
    private const int CheckedFrom = 12;

    public static byte[] Header(byte type, ReadOnlySpan<byte> payload, Digest link)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)payload.Length);
        header[CheckedFrom] = type;
        link.CopyTo(header.AsSpan(CheckedFrom + 1));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Checksum(header, payload));
        return header;
    }

    public static Digest Link(Digest before, byte type, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[Digest.Bytes + 1];
        before.CopyTo(head);
        head[Digest.Bytes] = type;
        hash.AppendData(head);
        hash.AppendData(payload);
        Span<byte> result = stackalloc byte[Digest.Bytes];
        hash.GetHashAndReset(result);
        return Digest.Read(result);
    }

    public static (byte Type, Digest Link) TypeAndLink(ReadOnlySpan<byte> header) =>
        (header[CheckedFrom], Digest.Read(header[(CheckedFrom + 1)..]));

    /// <summary>Length of the payload, or -1 where no record begins here.</summary>
    public static int PayloadBytes(ReadOnlySpan<byte> header)
    {
        uint length = header.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic
            ? uint.MaxValue
            : BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return length > PayloadBytesMax ? -1 : (int)length;
    }

    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == Checksum(header, payload);

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        uint crc = Crc32C(uint.MaxValue, header[4..8]);
        crc = Crc32C(crc, header[CheckedFrom..HeaderBytes]);
        return ~Crc32C(crc, payload);
    }

    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
