using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ChainHealth.Primitives;

/// <summary>Writes the canonical encoding of WIRE.md: little-endian integers of fixed width, lengths before contents,
/// one encoding for each value. What is signed and hashed is always these bytes.</summary>
public sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    public CanonicalWriter(int capacity = 256) => _buffer = new ArrayBufferWriter<byte>(capacity);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.WrittenMemory;

    public int Length => _buffer.WrittenCount;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Clear() => _buffer.ResetWrittenCount();

    public CanonicalWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public CanonicalWriter Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public CanonicalWriter UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
        return this;
    }

    public CanonicalWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public CanonicalWriter Int32(int value) => UInt32(unchecked((uint)value));

    public CanonicalWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public CanonicalWriter Int64(long value) => UInt64(unchecked((ulong)value));

    public CanonicalWriter Digest(Digest value)
    {
        value.CopyTo(_buffer.GetSpan(Primitives.Digest.Bytes));
        _buffer.Advance(Primitives.Digest.Bytes);
        return this;
    }

    /// <summary>Bytes whose length the reader knows.</summary>
    public CanonicalWriter Fixed(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    /// <summary>A 32-bit length, then the bytes.</summary>
    public CanonicalWriter Bytes(ReadOnlySpan<byte> value) => UInt32((uint)value.Length).Fixed(value);

    /// <summary>A 32-bit length, then UTF-8.</summary>
    public CanonicalWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A 32-bit count, then the items one after another.</summary>
    public CanonicalWriter List<T>(IReadOnlyCollection<T> items, Action<CanonicalWriter, T> write)
    {
        UInt32((uint)items.Count);
        foreach (T item in items)
        {
            write(this, item);
        }

        return this;
    }
}
