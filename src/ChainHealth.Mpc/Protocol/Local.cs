namespace ChainHealth.Mpc;

/// <summary>What costs no message: linear steps on shares. A public constant goes into share 0.</summary>
internal static class Local
{
    private const int ConstantShare = 0;

    private static readonly int[][] KnownBy = [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]];

    /// <summary>The shares that this party knows.</summary>
    public static int[] Known(ShareVector x) => KnownBy[x.Party];

    /// <summary>NOT, on exclusive-or shares.</summary>
    public static void Invert(ShareVector bits)
    {
        if (bits.Party != ConstantShare)
        {
            foreach (ref ulong word in bits.Plane(ConstantShare))
            {
                word = ~word;
            }
        }
    }

    public static void AddConstant(ShareVector x, ulong constant)
    {
        if (x.Party != ConstantShare)
        {
            foreach (ref ulong word in x.Plane(ConstantShare))
            {
                word = unchecked(word + constant);
            }
        }
    }

    /// <summary>Times a public integer.</summary>
    public static void Scale(ShareVector x, long factor)
    {
        foreach (int j in Known(x))
        {
            foreach (ref ulong word in x.Plane(j))
            {
                word = unchecked(word * (ulong)factor);
            }
        }
    }

    public static void AddPublic(ShareVector x, ReadOnlySpan<long> values)
    {
        if (x.Party != ConstantShare)
        {
            Span<ulong> plane = x.Plane(ConstantShare);
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = unchecked(plane[i] + (ulong)values[i]);
            }
        }
    }

    public static unsafe void Accumulate(ShareVector target, ShareVector x, bool bits = false)
    {
        foreach (int j in Known(x))
        {
            RingWords.Accumulate(target[j], x[j], x.Length, bits);
        }
    }

    public static ShareVector Copy(MpcSession session, ShareVector x, int start, int length)
    {
        ShareVector copy = session.NewVector(length);
        foreach (int j in Known(x))
        {
            x.Plane(j).Slice(start, length).CopyTo(copy.Plane(j));
        }

        return copy;
    }

    /// <summary>target += factor * package, a stretch at a time: no room for the expanded package.</summary>
    public static void AccumulateScaled(ShareVector target, SharePackage package, long factor)
    {
        Span<ulong> stretch = stackalloc ulong[JointInput.Stretch];
        foreach (int j in Known(target))
        {
            using ShareReader reader = package.Read(j);
            Span<ulong> plane = target.Plane(j);
            for (int start = 0; start < plane.Length; start += stretch.Length)
            {
                Span<ulong> part = stretch[..Math.Min(stretch.Length, plane.Length - start)];
                reader.Read(start, part);
                for (int i = 0; i < part.Length; i++)
                {
                    plane[start + i] = unchecked(plane[start + i] + (part[i] * (ulong)factor));
                }
            }
        }
    }

    /// <summary>A received package as shares.</summary>
    public static ShareVector Expand(MpcSession session, SharePackage package)
    {
        ShareVector x = session.NewVector(package.Length);
        foreach (int j in Known(x))
        {
            package.Expand(j, x.Plane(j));
        }

        return x;
    }
}
