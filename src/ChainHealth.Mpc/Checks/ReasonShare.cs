using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>One party's part of the secret reason codes (<see cref="ReasonParts"/>).</summary>
internal static class ReasonShare
{
    /// <summary>By hospital.</summary>
    /// <param name="failed">For each reason one bit for each hospital.</param>
    public static byte[][] Of(IReadOnlyList<(RefusalReasons Reason, ShareVector Failed)> failed, int hospitals) =>
        [.. Enumerable.Range(0, hospitals).Select(h =>
        {
            var part = new byte[ReasonParts.Count];
            foreach ((RefusalReasons reason, ShareVector bits) in failed)
            {
                foreach (int j in Local.Known(bits))
                {
                    part[j] |= BitBlocks.Bit(bits.Plane(j), h) == 1 ? (byte)reason : (byte)0;
                }
            }

            return part;
        })];
}
