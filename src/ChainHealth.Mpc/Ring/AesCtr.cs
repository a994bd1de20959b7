using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace ChainHealth.Mpc;

/// <summary>AES-128 in counter mode as a pseudorandom function: the stream of an operation id is E(k, (id, 0)), E(k,
/// (id, 1)), ... An id is used once per key; nothing needs to be kept in step.</summary>
internal sealed unsafe class AesCtr : IDisposable
{
    public const int KeyBytes = 16;
    private const int Rounds = 10;
    private const int WordsPerBlock = 2;
    private const int PortableBlocks = 256;

    private readonly Vector128<byte>[] _schedule = new Vector128<byte>[Rounds + 1];
    private readonly Aes? _portable;

    public AesCtr(ReadOnlySpan<byte> key, bool forcePortable = false)
    {
        if (X86Aes.IsSupported && !forcePortable)
        {
            Expand(key);
            return;
        }

        _portable = Aes.Create();
        _portable.Key = key[..KeyBytes].ToArray();
    }

    /// <summary>Words [start, start + count) of the stream of <paramref name="id"/>; start must be even.</summary>
    public void Fill(ulong id, int start, ulong* destination, int count)
    {
        ulong block = (ulong)start / WordsPerBlock;
        if (_portable is not null)
        {
            FillPortable(id, block, destination, count);
            return;
        }

        int blocks = count / WordsPerBlock;
        FillBlocks(id, block, destination, blocks);
        if (count % WordsPerBlock != 0)
        {
            ulong* last = stackalloc ulong[WordsPerBlock];
            FillBlocks(id, block + (ulong)blocks, last, 1);
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

    /// <summary>Eight blocks in flight hide the latency of the round instruction.</summary>
    private void FillBlocks(ulong id, ulong block, ulong* destination, int blocks)
    {
        fixed (Vector128<byte>* k = _schedule)
        {
            int i = 0;
            for (; i + 8 <= blocks; i += 8)
            {
                Eight(k, id, unchecked(block + (ulong)i), (byte*)(destination + (WordsPerBlock * i)));
            }

            for (; i < blocks; i++)
            {
                Vector128<byte> b = X(id, unchecked(block + (ulong)i)) ^ k[0];
                for (int r = 1; r < Rounds; r++)
                {
                    b = X86Aes.Encrypt(b, k[r]);
                }

                X86Aes.EncryptLast(b, k[Rounds]).Store((byte*)(destination + (WordsPerBlock * i)));
            }
        }
    }

    private static void Eight(Vector128<byte>* k, ulong id, ulong n, byte* destination)
    {
        Vector128<byte> key = k[0];
        Vector128<byte> a = X(id, n) ^ key, b = X(id, n + 1) ^ key, c = X(id, n + 2) ^ key, d = X(id, n + 3) ^ key;
        Vector128<byte> e = X(id, n + 4) ^ key, f = X(id, n + 5) ^ key, g = X(id, n + 6) ^ key, h = X(id, n + 7) ^ key;
        for (int r = 1; r < Rounds; r++)
        {
            key = k[r];
            a = X86Aes.Encrypt(a, key);
            b = X86Aes.Encrypt(b, key);
            c = X86Aes.Encrypt(c, key);
            d = X86Aes.Encrypt(d, key);
            e = X86Aes.Encrypt(e, key);
            f = X86Aes.Encrypt(f, key);
            g = X86Aes.Encrypt(g, key);
            h = X86Aes.Encrypt(h, key);
        }

        key = k[Rounds];
        X86Aes.EncryptLast(a, key).Store(destination);
        X86Aes.EncryptLast(b, key).Store(destination + 16);
        X86Aes.EncryptLast(c, key).Store(destination + 32);
        X86Aes.EncryptLast(d, key).Store(destination + 48);
        X86Aes.EncryptLast(e, key).Store(destination + 64);
        X86Aes.EncryptLast(f, key).Store(destination + 80);
        X86Aes.EncryptLast(g, key).Store(destination + 96);
        X86Aes.EncryptLast(h, key).Store(destination + 112);
    }

    private static Vector128<byte> X(ulong id, ulong block) => Vector128.Create(block, id).AsByte();

    private void Expand(ReadOnlySpan<byte> key)
    {
        _schedule[0] = Vector128.Create(key[..KeyBytes]);
        _schedule[1] = Next(_schedule[0], X86Aes.KeygenAssist(_schedule[0], 0x01));
        _schedule[2] = Next(_schedule[1], X86Aes.KeygenAssist(_schedule[1], 0x02));
        _schedule[3] = Next(_schedule[2], X86Aes.KeygenAssist(_schedule[2], 0x04));
        _schedule[4] = Next(_schedule[3], X86Aes.KeygenAssist(_schedule[3], 0x08));
        _schedule[5] = Next(_schedule[4], X86Aes.KeygenAssist(_schedule[4], 0x10));
        _schedule[6] = Next(_schedule[5], X86Aes.KeygenAssist(_schedule[5], 0x20));
        _schedule[7] = Next(_schedule[6], X86Aes.KeygenAssist(_schedule[6], 0x40));
        _schedule[8] = Next(_schedule[7], X86Aes.KeygenAssist(_schedule[7], 0x80));
        _schedule[9] = Next(_schedule[8], X86Aes.KeygenAssist(_schedule[8], 0x1b));
        _schedule[10] = Next(_schedule[9], X86Aes.KeygenAssist(_schedule[9], 0x36));
    }

    private static Vector128<byte> Next(Vector128<byte> key, Vector128<byte> assist)
    {
        Vector128<uint> word = Vector128.Create(assist.AsUInt32()[3]);
        Vector128<uint> k = key.AsUInt32();
        uint a = k[0] ^ word[0], b = a ^ k[1], c = b ^ k[2], d = c ^ k[3];
        return Vector128.Create(a, b, c, d).AsByte();
    }
}
