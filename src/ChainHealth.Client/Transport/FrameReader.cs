using System.Buffers;
using System.Buffers.Binary;

namespace ChainHealth.Client;

/// <summary>Cuts a stream into frames: u32 length (little-endian, of kind and payload together), u8 kind, payload. The
/// length is checked before anything is allocated for it, and the buffer grows with what has arrived, not with what was
/// announced.</summary>
internal sealed class FrameReader(Stream stream, LinkOptions options) : IDisposable
{
    public const int HeaderBytes = 5;

    private const int BufferBytes = 64 * 1024;
    private const int LargeBufferBytes = 4 * BufferBytes;

    /// <summary>So many small frames in a row give a large buffer back; large frames in a row keep it.</summary>
    private const int SmallFramesToShrink = 64;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private int _smallFrames;

    /// <summary>All bytes that came in.</summary>
    public long BytesRead { get; private set; }

    public long FramesRead { get; private set; }

    /// <summary>Length of the frame that is under way; 0 between frames.</summary>
    public int Expected { get; private set; }

    public static void WriteHeader(Span<byte> destination, byte kind, int payloadBytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)payloadBytes + 1);
        destination[4] = kind;
    }

    /// <summary>Null at the end of the stream between two frames.</summary>
    /// <exception cref="LinkException">The frame is empty, too long for its kind, or cut off.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryCut(out Frame frame, out int wanted))
            {
                Expected = 0;
                FramesRead++;
                return frame;
            }

            // A frame counts as begun with its first byte; the header alone is due as fast as a whole one.
            Expected = _end > _start ? wanted : 0;
            MakeRoom(wanted);
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                return _end == _start ? null : throw new LinkException("the connection ended within a frame");
            }

            _end += read;
            BytesRead += read;
        }
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private bool TryCut(out Frame frame, out int wanted)
    {
        frame = default;
        wanted = HeaderBytes;
        ReadOnlySpan<byte> available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length < HeaderBytes)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(available);
        byte kind = available[4];
        if (length == 0)
        {
            throw new LinkException("empty frame");
        }

        if (length - 1 > (uint)options.BytesMaxOf(kind))
        {
            throw new LinkException(
                $"frame of kind {kind} with {length - 1} bytes; at most {options.BytesMaxOf(kind)} allowed");
        }

        wanted = HeaderBytes + (int)length - 1;
        if (available.Length < wanted)
        {
            return false;
        }

        frame = new Frame(kind, _buffer.AsMemory(_start + HeaderBytes, (int)length - 1));
        _start += wanted;
        _smallFrames = wanted > LargeBufferBytes ? 0 : Math.Min(_smallFrames + 1, SmallFramesToShrink);
        return true;
    }

    /// <summary>Leaves space behind the bytes that are kept: by moving them to the front, or, where the buffer is full
    /// of one frame, by doubling it up to that frame's length.
    /// </summary>
    private void MakeRoom(int wanted)
    {
        int kept = _end - _start;
        if (kept == 0 && _buffer.Length > LargeBufferBytes && _smallFrames == SmallFramesToShrink)
        {
            Swap(BufferBytes, 0);
        }
        else if (kept == 0)
        {
            _start = _end = 0;
        }
        else if (kept == _buffer.Length)
        {
            Swap((int)Math.Min(2L * _buffer.Length, Math.Max(wanted, BufferBytes)), kept);
        }
        else if (_end == _buffer.Length || (_start > 0 && _start + wanted > _buffer.Length))
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
            (_start, _end) = (0, kept);
        }
    }

    private void Swap(int bytes, int kept)
    {
        byte[] next = ArrayPool<byte>.Shared.Rent(bytes);
        _buffer.AsSpan(_start, kept).CopyTo(next);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = next;
        (_start, _end) = (0, kept);
    }
}
