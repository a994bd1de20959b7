using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>64-byte aligned memory outside the collector's heap, seen as ring elements by the kernels and as bytes by
/// the network. Its content is secret: it is cleared before it goes back to the system.</summary>
internal sealed unsafe class RingBuffer : MemoryManager<byte>
{
    private const int Alignment = 64;
    private readonly Block _block;

    /// <param name="capacity">64-bit words.</param>
    public RingBuffer(int capacity)
    {
        Capacity = capacity;
        _block = new Block(capacity);
    }

    /// <summary>Words.</summary>
    public int Capacity { get; }

    public long Bytes => (long)Capacity * sizeof(ulong);

    public ulong* Pointer => _block.Start;

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

    public void Clear() => CryptographicOperations.ZeroMemory(GetSpan());

    /// <summary>Clears and frees the memory now; the owner must hold no pointer into it.</summary>
    public void Free() => _block.Dispose();

    protected override void Dispose(bool disposing) => Free();

    /// <summary>Its finalizer is the net below an owner that was dropped after a fault.</summary>
    private sealed class Block : IDisposable
    {
        private readonly int _bytes;

        public Block(int words)
        {
            _bytes = checked(Math.Max(words, 1) * sizeof(ulong));
            Start = (ulong*)NativeMemory.AlignedAlloc((nuint)_bytes, HugePages.AlignmentOf(_bytes, Alignment));
            HugePages.Ask(Start, _bytes);
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
