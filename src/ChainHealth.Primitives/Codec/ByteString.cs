namespace ChainHealth.Primitives;

/// <summary>Immutable bytes with value equality, for records. Never for secrets: it prints its content.</summary>
public readonly struct ByteString(byte[] bytes) : IEquatable<ByteString>
{
    private readonly byte[]? _bytes = bytes;

    public static ByteString Empty => default;

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    public int Length => _bytes?.Length ?? 0;

    public static bool operator ==(ByteString a, ByteString b) => a.Equals(b);

    public static bool operator !=(ByteString a, ByteString b) => !a.Equals(b);

    public bool Equals(ByteString other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is ByteString other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexStringLower(Span);
}
