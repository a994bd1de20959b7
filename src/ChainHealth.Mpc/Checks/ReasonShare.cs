using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>One party's part of a secret reason code: exclusive-or shares 0 to 3 of a byte, its own one 0.
/// Three members of the committee hold each share; the hospital asks all four, takes the majority of each share and
/// puts them together, so that one liar can neither change nor withhold the code, and no member learns it.</summary>
public static class ReasonShare
{
    /// <summary>Bytes of a party's part.</summary>
    public const int Bytes = ExchangeMessages.Parties;

    /// <summary>Null while the parts at hand do not give each share twice alike.</summary>
    /// <param name="parts">By party; null where it has not answered.</param>
    public static RefusalReasons? TryCombine(IReadOnlyList<byte[]?> parts)
    {
        int reasons = 0;
        for (int share = 0; share < Bytes; share++)
        {
            byte[] said = [.. Enumerable.Range(0, Bytes)
                .Where(p => p != share && parts[p] is { Length: Bytes }).Select(p => parts[p]![share])];
            IGrouping<byte, byte>? agreed = said.GroupBy(s => s).FirstOrDefault(g => g.Count() >= 2);
            if (agreed is null)
            {
                return null;
            }

            reasons ^= agreed.Key;
        }

        return (RefusalReasons)reasons;
    }

    /// <summary>This party's part for each hospital.</summary>
    /// <param name="failed">For each reason one bit for each hospital.</param>
    internal static byte[][] Of(
        IReadOnlyList<(RefusalReasons Reason, ShareVector Failed)> failed, int party, int hospitals) =>
        [.. Enumerable.Range(0, hospitals).Select(h =>
        {
            var part = new byte[Bytes];
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
