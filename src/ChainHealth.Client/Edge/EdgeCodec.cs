using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Canonical bytes of one type (WIRE.md), both ways.</summary>
public sealed record EdgeCodec<T>(Action<CanonicalWriter, T> Write, CanonicalReader.ReadItem<T> Read)
{
    public byte[] Encode(T value)
    {
        var writer = new CanonicalWriter();
        Write(writer, value);
        return writer.ToArray();
    }

    /// <summary>False, with the reason, for anything that is not exactly one value.</summary>
    public bool TryDecode(ReadOnlySpan<byte> bytes, out T value, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        value = Read(ref reader);
        fault = reader.Finish() ? null : reader.Fault;
        return fault is null;
    }
}

/// <summary>For questions and answers that say nothing.</summary>
public readonly record struct Nothing
{
    public static EdgeCodec<Nothing> Codec { get; } = new((_, _) => { }, (ref CanonicalReader _) => default);
}
