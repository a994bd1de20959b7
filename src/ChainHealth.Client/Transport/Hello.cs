using System.Buffers.Binary;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>First frame of the side that dials, before anything else: magic, protocol version, chain id, purpose. The
/// listener answers Welcome (with its own hello) or Refused (with the reason as text).</summary>
internal sealed record Hello(ushort Version, Digest Chain, LinkPurpose Purpose)
{
    public const byte HelloKind = 0xF0;
    public const byte WelcomeKind = 0xF1;
    public const byte RefusedKind = 0xF2;
    public const int ReasonBytesMax = 512;

    private const uint Magic = 0x4B4C4843;

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64);
        writer.UInt32(Magic).UInt16(Version).Digest(Chain).Byte((byte)Purpose);
        return writer.ToArray();
    }

    /// <summary>Null, with the reason for the other side, where this is no hello that we can take.</summary>
    public static Hello? TryDecode(ReadOnlySpan<byte> payload, LinkIdentity self, out string? fault)
    {
        var reader = new CanonicalReader(payload);
        uint magic = reader.UInt32();
        ushort version = reader.UInt16();
        fault = reader.Failed || magic != Magic ? "not a ChainHealth connection"
            : version != self.Version ? $"protocol version {version} is not spoken here, only {self.Version}"
            : null;
        if (fault is not null)
        {
            return null;
        }

        var hello = new Hello(version, reader.Digest(), reader.Enum<LinkPurpose>());
        fault = !reader.Finish() ? "malformed hello: " + reader.Fault
            : hello.Chain != self.Chain ? $"wrong genesis: yours is {hello.Chain.Short}, ours is {self.Chain.Short}"
            : null;
        return fault is null ? hello : null;
    }

    public static async Task SendAsync(Stream stream, byte kind, byte[] payload, CancellationToken cancellation)
    {
        var frame = new byte[FrameReader.HeaderBytes + payload.Length];
        FrameReader.WriteHeader(frame, kind, payload.Length);
        payload.CopyTo(frame, FrameReader.HeaderBytes);
        await stream.WriteAsync(frame, cancellation);
    }

    public static Task RefuseAsync(Stream stream, string reason, CancellationToken cancellation) =>
        SendAsync(stream, RefusedKind, Encoding.UTF8.GetBytes(reason), cancellation);

    /// <summary>Reads exactly one frame and not a byte more, so that the raw stream can be handed on.</summary>
    /// <exception cref="LinkException">It is too long, or the stream ended.</exception>
    public static async Task<(byte Kind, byte[] Payload)> ReceiveAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            var header = new byte[FrameReader.HeaderBytes];
            await stream.ReadExactlyAsync(header, cancellation);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (length is < 1 or > ReasonBytesMax)
            {
                throw new LinkException($"first frame of {length} bytes");
            }

            var payload = new byte[length - 1];
            await stream.ReadExactlyAsync(payload, cancellation);
            return (header[4], payload);
        }
        catch (EndOfStreamException e)
        {
            throw new LinkException("the other side hung up during the greeting", e);
        }
    }
}
