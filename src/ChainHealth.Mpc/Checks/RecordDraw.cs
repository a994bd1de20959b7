using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Which records of the pool a coin toss picks: a partial shuffle, so that every subset is equally likely.
/// Anyone can recompute it from the opened seed.</summary>
public static class RecordDraw
{
    /// <summary>min(draw, pool) different indices below <paramref name="pool"/>, ascending.</summary>
    public static int[] Sample(Digest seed, int pool, int draw) => Sample("record-draw", seed, pool, draw);

    /// <summary>Places in the draw whose records judge the aggregates of leave-one-out, ascending.</summary>
    public static int[] LeaveOneOut(Digest seed, int drawn, int records) =>
        Sample("leave-one-out", seed, drawn, records);

    internal static int[] Sample(string tag, Digest seed, int from, int draw)
    {
        using var random = new PublicDraw(tag, seed);
        int[] order = [.. Enumerable.Range(0, from)];
        int count = Math.Min(from, draw);
        for (int i = 0; i < count; i++)
        {
            int other = i + random.Next(from - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return [.. order.Take(count).Order()];
    }
}
