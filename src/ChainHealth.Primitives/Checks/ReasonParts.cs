namespace ChainHealth.Primitives;

/// <summary>The parts of a reason code that the four committee members hold: exclusive-or shares 0 to 3 of a byte,
/// without the member's own one (0 in its place). Three members hold each share. The hospital asks all four, takes what
/// two say alike for each share, and puts the shares together: one liar can neither change nor withhold the code once
/// all others answer, and no member learns it.</summary>
public static class ReasonParts
{
    /// <summary>Members, and bytes of a part.</summary>
    public const int Count = 4;

    /// <summary>Null while the parts at hand do not give each share twice alike.</summary>
    /// <param name="parts">By party; null where it has not answered.</param>
    public static RefusalReasons? TryCombine(IReadOnlyList<byte[]?> parts)
    {
        int reasons = 0;
        for (int share = 0; share < Count; share++)
        {
            byte[] said = [.. Enumerable.Range(0, Count)
                .Where(p => p != share && parts[p] is { Length: Count }).Select(p => parts[p]![share])];
            IGrouping<byte, byte>? agreed = said.GroupBy(s => s).FirstOrDefault(g => g.Count() >= 2);
            if (agreed is null)
            {
                return null;
            }

            reasons ^= agreed.Key;
        }

        return (RefusalReasons)reasons;
    }

    /// <summary>The checks in words, for people.</summary>
    public static string Text(RefusalReasons reasons) => reasons == RefusalReasons.None
        ? "none"
        : string.Join(", ", Enum.GetValues<RefusalReasons>().Where(r => r != 0 && reasons.HasFlag(r)).Select(Word));

    private static string Word(RefusalReasons reason) => reason switch
    {
        RefusalReasons.NormTooLarge => "update too long",
        RefusalReasons.NormTooSmall => "update too short",
        RefusalReasons.Cosine => "against the reference's direction",
        RefusalReasons.Duplicate => "copy of an earlier update",
        RefusalReasons.Accuracy => "accuracy",
        RefusalReasons.Recall => "recall of a class",
        RefusalReasons.PatchRush => "patched images rush to one class",
        _ => "the aggregate is better without it",
    };
}
