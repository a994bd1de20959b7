using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>AES-128 in counter mode as a pseudorandom function: the stream of an operation id is E(k, (id, 0)), E(k,
/// (id, 1)), ... An id is used once per key; nothing needs to be kept in step.</summary>
internal sealed unsafe class AesCtr : IDisposable
{
    public const int KeyBytes = 16;
    public const int Rounds = 10;
    private const int WordsPerBlock = 2;
    private const int PortableBlocks = 256;

    // Pinned, so that it is cleared where it lies.
    private readonly Vector128<byte>[] _schedule = GC.AllocateArray<Vector128<byte>>(Rounds + 1, pinned: true);
    private readonly IAesBlocks? _blocks;
    private readonly Aes? _portable;

    public AesCtr(ReadOnlySpan<byte> key)
        : this(key, AesBlocks.Best)
    {
    }

    /// <param name="blocks">Null for the form that runs on any processor.</param>
    public AesCtr(ReadOnlySpan<byte> key, IAesBlocks? blocks)
    {
        _blocks = blocks;
        if (blocks is not null)
        {
            AesBlocks.Expand(blocks, key[..KeyBytes], _schedule);
            return;
        }

        _portable = Aes.Create();
        _portable.Key = key[..KeyBytes].ToArray();
    }

    /// <summary>Words [start, start + count) of the stream of <paramref name="id"/>; start must be even.</summary>
    public void Fill(ulong id, int start, ulong* destination, int count)
    {
        ulong block = (ulong)start / WordsPerBlock;
        if (_blocks is null)
        {
            FillPortable(id, block, destination, count);
            return;
        }

        var schedule = (Vector128<byte>*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_schedule));
        int blocks = count / WordsPerBlock;
        _blocks.Fill(schedule, id, block, (byte*)destination, blocks);
        if (count % WordsPerBlock != 0)
        {
            ulong* last = stackalloc ulong[WordsPerBlock];
            _blocks.Fill(schedule, id, block + (ulong)blocks, (byte*)last, 1);
            destination[count - 1] = last[0];
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_schedule.AsSpan()));
        _portable?.Dispose();
    }

    public override string ToString() => "AES counter stream";

    private void FillPortable(ulong id, ulong block, ulong* destination, int count)
    {
        Span<ulong> counters = stackalloc ulong[WordsPerBlock * PortableBlocks];
        Span<ulong> stream = stackalloc ulong[WordsPerBlock * PortableBlocks];
        for (int done = 0; done < count;)
        {
            for (int i = 0; i < PortableBlocks; i++)
            {
                counters[2 * i] = block++;
                counters[(2 * i) + 1] = id;
            }

            _portable!.EncryptEcb(MemoryMarshal.AsBytes(counters), MemoryMarshal.AsBytes(stream), PaddingMode.None);
            int take = Math.Min(count - done, stream.Length);
            stream[..take].CopyTo(new Span<ulong>(destination + done, take));
            done += take;
        }
    }
}
