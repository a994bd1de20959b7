using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>64-byte aligned memory outside the collector's heap, seen as ring elements by the kernels and as bytes by
/// the network: a part of a session's region, or, where that has no room, a block of its own. Its content is secret: it
/// is cleared before it goes back to the system.</summary>
internal sealed unsafe class RingBuffer : MemoryManager<byte>
{
    private const int Alignment = 64;

    private Block? _own;

    /// <summary>Words.</summary>
    public int Capacity { get; private set; }

    public ulong* Pointer { get; private set; }

    /// <summary>True where it is no part of a region.</summary>
    public bool OwnsMemory => _own is not null;

    /// <param name="start">Null for a block of its own.</param>
    public void Set(ulong* start, int capacity)
    {
        Capacity = capacity;
        _own = start is null ? new Block(capacity) : null;
        Pointer = _own is null ? start : _own.Start;
    }

    /// <summary>Whoever still holds it sees an empty buffer.</summary>
    public void Unset()
    {
        Pointer = null;
        Capacity = 0;
        _own?.Dispose();
        _own = null;
    }

    public override Span<byte> GetSpan() => new(Pointer, checked(Capacity * sizeof(ulong)));

    /// <summary>The first <paramref name="count"/> words.</summary>
    public Span<ulong> Words(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        return new Span<ulong>(Pointer, count);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)Pointer + elementIndex);

    public override void Unpin()
    {
    }

    public override string ToString() => $"ring buffer of {Capacity} words";

    protected override void Dispose(bool disposing) => Unset();

    /// <summary>Its finalizer is the net below an owner that was dropped after a fault.</summary>
    private sealed class Block : IDisposable
    {
        private readonly int _bytes;

        public Block(int words)
        {
            _bytes = checked(words * sizeof(ulong));
            Start = (ulong*)NativeMemory.AlignedAlloc((nuint)_bytes, Alignment);
            GC.AddMemoryPressure(_bytes);
        }

        ~Block() => Dispose();

        public ulong* Start { get; private set; }

        public void Dispose()
        {
            if (Start is not null)
            {
                CryptographicOperations.ZeroMemory(new Span<byte>(Start, _bytes));
                NativeMemory.AlignedFree(Start);
                Start = null;
                GC.RemoveMemoryPressure(_bytes);
            }

            GC.SuppressFinalize(this);
        }
    }
}
