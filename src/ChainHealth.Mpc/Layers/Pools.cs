using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Max-pool and average-pool over size x size windows.</summary>
internal static class Pools
{
    /// <summary>A tree of maxima: max(a, b) = b + [a - b &gt;= 0] (a - b), 9 exchanges for each level, all windows and
    /// pairs of a level at once.</summary>
    public static async ValueTask<ShareVector> MaxAsync(MpcSession session, ShareVector x, TensorShape shape, int size,
        Window window, CancellationToken cancellation)
    {
        int candidates = size * size;
        ShareVector current = Gather(session, x, shape, size);
        int outputs = current.Length / candidates;
        while (candidates > 1)
        {
            int half = candidates / 2;
            int compared = half * outputs;
            ShareVector larger = await LargerAsync(
                session, current.View(0, compared), current.View(compared, compared), window, cancellation);
            ShareVector rest = current.View(2 * compared, (candidates % 2) * outputs);
            ShareVector next = Append(session, larger, rest);
            current.Dispose();
            current = next;
            candidates -= half;
        }

        return current;
    }

    public static async ValueTask<ShareVector> LargerAsync(
        MpcSession session, ShareVector a, ShareVector b, Window window, CancellationToken cancellation)
    {
        PairSum difference = PairSum.OfDifference(session, a, b);
        using ShareVector bits = await Comparison.IsNotNegativeAsync(session, difference, window, cancellation);
        return await Selection.RunAsync(session, bits, difference, new VectorAddend(b), cancellation);
    }

    /// <summary>Window sums; the caller divides.</summary>
    public static unsafe ShareVector Sum(MpcSession session, ShareVector x, TensorShape shape, int size)
    {
        using ShareVector gathered = Gather(session, x, shape, size);
        int outputs = gathered.Length / (size * size);
        ShareVector sum = session.NewVector(outputs).Clear();
        foreach (int j in Local.Known(x))
        {
            for (int c = 0; c < size * size; c++)
            {
                RingWords.Accumulate(sum[j], gathered[j] + ((long)c * outputs), outputs, bits: false);
            }
        }

        return sum;
    }

    /// <summary>(position in the window, image and channel and window), so that the candidates of a window stand in
    /// different blocks.</summary>
    private static unsafe ShareVector Gather(MpcSession session, ShareVector x, TensorShape shape, int size)
    {
        int height = shape.Height / size, width = shape.Width / size;
        int planes = x.Length / (shape.Height * shape.Width);
        ShareVector gathered = session.NewVector(checked(size * size * planes * height * width));
        foreach (int j in Local.Known(x))
        {
            ulong* target = gathered[j];
            for (int position = 0; position < size * size; position++)
            {
                ulong* corner = x[j] + ((position / size) * shape.Width) + (position % size);
                for (int plane = 0; plane < planes; plane++)
                {
                    for (int row = 0; row < height; row++)
                    {
                        ulong* source = corner + ((((long)plane * shape.Height) + (row * size)) * shape.Width);
                        for (int column = 0; column < width; column++)
                        {
                            *target++ = source[column * size];
                        }
                    }
                }
            }
        }

        return gathered;
    }

    private static ShareVector Append(MpcSession session, ShareVector first, ShareVector rest)
    {
        if (rest.Length == 0)
        {
            return first;
        }

        ShareVector joined = session.NewVector(first.Length + rest.Length);
        foreach (int j in Local.Known(first))
        {
            first.Plane(j).CopyTo(joined.Plane(j));
            rest.Plane(j).CopyTo(joined.Plane(j)[first.Length..]);
        }

        first.Dispose();
        return joined;
    }
}
