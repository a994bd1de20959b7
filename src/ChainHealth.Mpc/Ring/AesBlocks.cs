using System.Numerics;
using System.Runtime.Intrinsics;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace ChainHealth.Mpc;

/// <summary>AES-128 of counter blocks with the processor's own instructions.</summary>
internal unsafe interface IAesBlocks
{
    /// <summary>S-box of each byte, in constant time.</summary>
    uint SubWord(uint word);

    /// <summary>E(k, (id, block)), E(k, (id, block + 1)), ... of 16 bytes each; the block number is the low half.
    /// </summary>
    void Fill(Vector128<byte>* schedule, ulong id, ulong block, byte* destination, int blocks);
}

internal static class AesBlocks
{
    /// <summary>What this processor has; null where it has none. (Four blocks to a register, VAES, is not open to .NET
    /// 10.)</summary>
    public static IAesBlocks? Best { get; } =
        X86Aes.IsSupported ? new X86AesBlocks() : ArmAes.IsSupported ? new ArmAesBlocks() : null;

    /// <summary>FIPS 197, 5.2, for 128-bit keys.</summary>
    public static void Expand(IAesBlocks blocks, ReadOnlySpan<byte> key, Span<Vector128<byte>> schedule)
    {
        schedule[0] = Vector128.Create(key);
        uint constant = 1;
        for (int round = 1; round < schedule.Length; round++)
        {
            Vector128<uint> k = schedule[round - 1].AsUInt32();
            uint a = k[0] ^ BitOperations.RotateRight(blocks.SubWord(k[3]), 8) ^ constant;
            uint b = a ^ k[1], c = b ^ k[2], d = c ^ k[3];
            schedule[round] = Vector128.Create(a, b, c, d).AsByte();
            constant = (constant << 1) ^ (constant >= 0x80 ? 0x11bu : 0);
        }
    }

    public static Vector128<byte> Counter(ulong id, ulong block) => Vector128.Create(block, id).AsByte();
}

/// <summary>AES-NI: eight blocks in flight.</summary>
internal sealed unsafe class X86AesBlocks : IAesBlocks
{
    private const int InFlight = 8;

    // Equal columns: the row shift of the last round moves nothing.
    public uint SubWord(uint word) =>
        X86Aes.EncryptLast(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();

    public void Fill(Vector128<byte>* schedule, ulong id, ulong block, byte* destination, int blocks)
    {
        int done = 0;
        for (; done + InFlight <= blocks; done += InFlight)
        {
            Eight(schedule, id, unchecked(block + (ulong)done), destination + (16L * done));
        }

        for (; done < blocks; done++)
        {
            Vector128<byte> b = AesBlocks.Counter(id, unchecked(block + (ulong)done)) ^ schedule[0];
            for (int r = 1; r < AesCtr.Rounds; r++)
            {
                b = X86Aes.Encrypt(b, schedule[r]);
            }

            X86Aes.EncryptLast(b, schedule[AesCtr.Rounds]).Store(destination + (16L * done));
        }
    }

    private static void Eight(Vector128<byte>* k, ulong id, ulong n, byte* destination)
    {
        Vector128<byte> key = k[0];
        Vector128<byte> a = X(id, n) ^ key, b = X(id, n + 1) ^ key, c = X(id, n + 2) ^ key, d = X(id, n + 3) ^ key;
        Vector128<byte> e = X(id, n + 4) ^ key, f = X(id, n + 5) ^ key, g = X(id, n + 6) ^ key, h = X(id, n + 7) ^ key;
        for (int r = 1; r < AesCtr.Rounds; r++)
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

        key = k[AesCtr.Rounds];
        X86Aes.EncryptLast(a, key).Store(destination);
        X86Aes.EncryptLast(b, key).Store(destination + 16);
        X86Aes.EncryptLast(c, key).Store(destination + 32);
        X86Aes.EncryptLast(d, key).Store(destination + 48);
        X86Aes.EncryptLast(e, key).Store(destination + 64);
        X86Aes.EncryptLast(f, key).Store(destination + 80);
        X86Aes.EncryptLast(g, key).Store(destination + 96);
        X86Aes.EncryptLast(h, key).Store(destination + 112);
    }

    private static Vector128<byte> X(ulong id, ulong block) => AesBlocks.Counter(id, block);
}

/// <summary>ARMv8: one instruction adds the round key, substitutes and shifts, a second mixes the columns. Four blocks
/// in flight.</summary>
internal sealed unsafe class ArmAesBlocks : IAesBlocks
{
    private const int InFlight = 4;

    public uint SubWord(uint word) =>
        ArmAes.Encrypt(Vector128.Create(word).AsByte(), Vector128<byte>.Zero).AsUInt32().ToScalar();

    public void Fill(Vector128<byte>* schedule, ulong id, ulong block, byte* destination, int blocks)
    {
        Vector128<byte>* lanes = stackalloc Vector128<byte>[InFlight];
        for (int done = 0; done < blocks; done += InFlight)
        {
            ulong n = unchecked(block + (ulong)done);
            Vector128<byte> a = AesBlocks.Counter(id, n), b = AesBlocks.Counter(id, unchecked(n + 1));
            Vector128<byte> c = AesBlocks.Counter(id, unchecked(n + 2)), d = AesBlocks.Counter(id, unchecked(n + 3));
            for (int r = 0; r < AesCtr.Rounds - 1; r++)
            {
                Vector128<byte> key = schedule[r];
                a = ArmAes.MixColumns(ArmAes.Encrypt(a, key));
                b = ArmAes.MixColumns(ArmAes.Encrypt(b, key));
                c = ArmAes.MixColumns(ArmAes.Encrypt(c, key));
                d = ArmAes.MixColumns(ArmAes.Encrypt(d, key));
            }

            Vector128<byte> before = schedule[AesCtr.Rounds - 1], last = schedule[AesCtr.Rounds];
            lanes[0] = ArmAes.Encrypt(a, before) ^ last;
            lanes[1] = ArmAes.Encrypt(b, before) ^ last;
            lanes[2] = ArmAes.Encrypt(c, before) ^ last;
            lanes[3] = ArmAes.Encrypt(d, before) ^ last;
            int taken = Math.Min(InFlight, blocks - done);
            new Span<byte>(lanes, 16 * taken).CopyTo(new Span<byte>(destination + (16L * done), 16 * taken));
        }
    }
}
