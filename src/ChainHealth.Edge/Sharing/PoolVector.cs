using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>The validation pool as one vector; see <see cref="PoolCommitment"/> for its layout.</summary>
internal static class PoolVector
{
    /// <exception cref="InvalidDataException">A value does not fit the fixed-point range.</exception>
    public static long[] Encode(Records pool, RunPlan plan) => Encode(pool, plan.Architecture, plan.Format);

    /// <exception cref="InvalidDataException">A value does not fit the fixed-point range.</exception>
    public static long[] Encode(Records pool, Architecture architecture, FixedPoint format)
    {
        int classes = architecture.Classes;
        var vector = new long[pool.Values.Length + (pool.Count * classes)];
        for (int i = 0; i < pool.Values.Length; i++)
        {
            if (!format.TryEncode(pool.Values[i], out vector[i]))
            {
                throw new InvalidDataException(
                    $"record {i / architecture.Input.Elements}, value {i % architecture.Input.Elements}: "
                    + $"{pool.Values[i]} is beyond +-{format.MagnitudeMax}");
            }
        }

        for (int record = 0; record < pool.Count; record++)
        {
            vector[pool.Values.Length + (record * classes) + pool.Labels[record]] = 1;
        }

        return vector;
    }
}
