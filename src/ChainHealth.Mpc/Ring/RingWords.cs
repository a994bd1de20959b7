using System.Runtime.Intrinsics;

namespace ChainHealth.Mpc;

/// <summary>Element-wise work on planes: additive, or exclusive-or where the words are bits.</summary>
internal static unsafe class RingWords
{
    private static int Lanes => Vector256<ulong>.Count;

    /// <summary>target += source.</summary>
    public static void Accumulate(ulong* target, ulong* source, int count, bool bits)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> t = Vector256.Load(target + i), s = Vector256.Load(source + i);
            (bits ? t ^ s : t + s).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = bits ? target[i] ^ source[i] : unchecked(target[i] + source[i]);
        }
    }

    /// <summary>target -= source.</summary>
    public static void Subtract(ulong* target, ulong* source, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            (Vector256.Load(target + i) - Vector256.Load(source + i)).Store(target + i);
        }

        for (; i < count; i++)
        {
            target[i] = unchecked(target[i] - source[i]);
        }
    }

    /// <summary>destination = a + b.</summary>
    public static void Sum(ulong* a, ulong* b, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            (Vector256.Load(a + i) + Vector256.Load(b + i)).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = unchecked(a[i] + b[i]);
        }
    }

    /// <summary>destination = a - b.</summary>
    public static void Difference(ulong* a, ulong* b, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            (Vector256.Load(a + i) - Vector256.Load(b + i)).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = unchecked(a[i] - b[i]);
        }
    }

    /// <summary>message -= mask; a += mask; b += message: the two non-zero shares of a joint input.</summary>
    public static void Mask(ulong* message, ulong* mask, ulong* a, ulong* b, int count, bool bits)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> m = Vector256.Load(mask + i), v = Vector256.Load(message + i);
            v = bits ? v ^ m : v - m;
            v.Store(message + i);
            Vector256<ulong> x = Vector256.Load(a + i), y = Vector256.Load(b + i);
            (bits ? x ^ m : x + m).Store(a + i);
            (bits ? y ^ v : y + v).Store(b + i);
        }

        for (; i < count; i++)
        {
            message[i] = bits ? message[i] ^ mask[i] : unchecked(message[i] - mask[i]);
            a[i] = bits ? a[i] ^ mask[i] : unchecked(a[i] + mask[i]);
            b[i] = bits ? b[i] ^ message[i] : unchecked(b[i] + message[i]);
        }
    }

    /// <summary>message -= mask; copy = message: the shares of a joint input where they are the only summands.
    /// </summary>
    public static void MaskTwice(ulong* message, ulong* mask, ulong* copy, int count, bool bits)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> m = Vector256.Load(mask + i), v = Vector256.Load(message + i);
            v = bits ? v ^ m : v - m;
            v.Store(message + i);
            v.Store(copy + i);
        }

        for (; i < count; i++)
        {
            copy[i] = message[i] = bits ? message[i] ^ mask[i] : unchecked(message[i] - mask[i]);
        }
    }

    /// <summary>Arithmetic shift right, in place; then the negative where wanted.</summary>
    public static void ShiftRight(ulong* words, int count, int by, bool negate)
    {
        int i = 0;
        Vector256<long> sign = Vector256.Create(negate ? -1L : 0);
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<long> shifted = Vector256.Load((long*)words + i) >> by;
            ((shifted ^ sign) - sign).AsUInt64().Store(words + i);
        }

        for (; i < count; i++)
        {
            long shifted = unchecked((long)words[i]) >> by;
            words[i] = unchecked((ulong)(negate ? -shifted : shifted));
        }
    }

    /// <summary>destination = a &amp; b.</summary>
    public static void And(ulong* a, ulong* b, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            (Vector256.Load(a + i) & Vector256.Load(b + i)).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = a[i] & b[i];
        }
    }

    /// <summary>destination = (xe ^ [owns] xd) &amp; yd ^ xd &amp; ye: a pair's summand of x AND y. On AVX-512 two
    /// ternary instructions.</summary>
    public static void TwoAnds(
        ulong* xe, ulong* xd, ulong* ye, ulong* yd, bool owns, ulong* destination, int count)
    {
        Vector256<ulong> own = owns ? Vector256<ulong>.AllBitsSet : Vector256<ulong>.Zero;
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> a = Vector256.Load(xd + i);
            Vector256<ulong> left = Vector256.Load(xe + i) ^ (a & own);
            ((left & Vector256.Load(yd + i)) ^ (a & Vector256.Load(ye + i))).Store(destination + i);
        }

        for (; i < count; i++)
        {
            ulong left = owns ? xe[i] ^ xd[i] : xe[i];
            destination[i] = (left & yd[i]) ^ (xd[i] & ye[i]);
        }
    }

    /// <summary>destination = bit ? -value : value, with bits as words 0 and 1: (1 - 2 bit) * value.</summary>
    public static void Turn(ulong* bit, ulong* value, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> mask = Vector256<ulong>.Zero - Vector256.Load(bit + i);
            ((Vector256.Load(value + i) ^ mask) - mask).Store(destination + i);
        }

        for (; i < count; i++)
        {
            ulong mask = unchecked(0 - bit[i]);
            destination[i] = unchecked((value[i] ^ mask) - mask);
        }
    }

    /// <summary>destination = bit ? value : 0.</summary>
    public static void Gate(ulong* bit, ulong* value, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> mask = Vector256<ulong>.Zero - Vector256.Load(bit + i);
            (Vector256.Load(value + i) & mask).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = unchecked(0 - bit[i]) & value[i];
        }
    }

    /// <summary>destination = a * b + c * d.</summary>
    public static void TwoProducts(ulong* a, ulong* b, ulong* c, ulong* d, ulong* destination, int count)
    {
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector256<ulong> first = Vector256.Load(a + i) * Vector256.Load(b + i);
            (first + (Vector256.Load(c + i) * Vector256.Load(d + i))).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = unchecked((a[i] * b[i]) + (c[i] * d[i]));
        }
    }
}
