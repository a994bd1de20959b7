using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ChainHealth.Primitives;

/// <summary>Reads the canonical encoding of WIRE.md. Input is hostile: the first fault makes the reader fail for good,
/// every later read gives a default value, and nothing is allocated before its length has been checked against both a
/// limit and what is left. Callers ask <see cref="Finish"/> once, at the end.</summary>
public ref struct CanonicalReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = source;

    public delegate T ReadItem<out T>(ref CanonicalReader reader);

    /// <summary>Why reading failed; null while all is well.</summary>
    public string? Fault { get; private set; }

    public readonly int Remaining => _rest.Length;

    public readonly bool Failed => Fault is not null;

    /// <summary>True when everything was read, without a fault and without bytes left over.</summary>
    public bool Finish()
    {
        if (!Failed && !_rest.IsEmpty)
        {
            Fail($"{_rest.Length} bytes left over");
        }

        return !Failed;
    }

    public void Fail(string fault)
    {
        Fault ??= fault;
        _rest = default;
    }

    public ReadOnlySpan<byte> Fixed(int count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Fail($"{count} bytes wanted, {_rest.Length} left");
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Fixed(1) is { IsEmpty: false } s ? s[0] : (byte)0;

    public bool Bool()
    {
        byte value = Byte();
        if (value > 1)
        {
            Fail($"{value} is no truth value");
        }

        return value == 1;
    }

    public ushort UInt16() => Fixed(2) is { IsEmpty: false } s ? BinaryPrimitives.ReadUInt16LittleEndian(s) : (ushort)0;

    public uint UInt32() => Fixed(4) is { IsEmpty: false } s ? BinaryPrimitives.ReadUInt32LittleEndian(s) : 0;

    public int Int32() => unchecked((int)UInt32());

    public ulong UInt64() => Fixed(8) is { IsEmpty: false } s ? BinaryPrimitives.ReadUInt64LittleEndian(s) : 0;

    public long Int64() => unchecked((long)UInt64());

    public Digest Digest() =>
        Fixed(Primitives.Digest.Bytes) is { IsEmpty: false } s ? Primitives.Digest.Read(s) : default;

    /// <summary>A length, at most <paramref name="bytesMax"/>, then that many bytes (a view, not a copy).</summary>
    public ReadOnlySpan<byte> Bytes(int bytesMax)
    {
        uint length = UInt32();
        if (length > (uint)bytesMax)
        {
            Fail($"{length} bytes, at most {bytesMax} allowed");
            return default;
        }

        return Fixed((int)length);
    }

    public string Text(int bytesMax)
    {
        ReadOnlySpan<byte> bytes = Bytes(bytesMax);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail("text is not UTF-8");
            return "";
        }
    }

    /// <summary>An enumeration written as one byte; a value that is not declared is a fault.</summary>
    public T Enum<T>()
        where T : struct, Enum
    {
        byte raw = Byte();
        var value = (T)System.Enum.ToObject(typeof(T), raw);
        if (!System.Enum.IsDefined(value))
        {
            Fail($"{raw} is no {typeof(T).Name}");
        }

        return value;
    }

    /// <summary>A count, at most <paramref name="itemsMax"/>, then the items.</summary>
    public ImmutableArray<T> List<T>(int itemsMax, ReadItem<T> read)
    {
        uint count = UInt32();
        if (count > (uint)itemsMax)
        {
            Fail($"{count} items, at most {itemsMax} allowed");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>();
        for (uint i = 0; i < count && !Failed; i++)
        {
            items.Add(read(ref this));
        }

        return items.ToImmutable();
    }
}
