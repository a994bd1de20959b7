using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>How far a replica's votes may have gone: no vote was ever cast above this height, no view above this one
/// was entered or asked for. Kept apart from the log, so that a replica that lost its log knows where it must be
/// silent (rules W1 to W3).</summary>
/// <param name="Height">No vote was cast above.</param>
/// <param name="View">No higher view was entered or asked for.</param>
/// <param name="SilentUpTo">The log was lost when the mark stood here; 0 where it never was.</param>
public readonly record struct VoteMark(Height Height, View View, Height SilentUpTo = default)
{
    /// <summary>Heights that one mark allows above the vote that needs it: so the mark is written once for so many.
    /// </summary>
    public const int StrideHeights = 64;

    /// <summary>How far is not known: nothing of it is left (W4).</summary>
    public static Height Unknown { get; } = new(ulong.MaxValue);

    /// <summary>Of a replica whose whole data folder is gone.</summary>
    public static VoteMark OfWiped { get; } = new(default, default, Unknown);

    public bool Covers(Height height, View view) => height <= Height && view <= View;

    /// <summary>Covers both. Every raise moves the height, so that whoever promised anything has a height to be silent
    /// up to.</summary>
    public VoteMark Raised(Height height, View view)
    {
        var above = new Height(height.Value + StrideHeights);
        return this with { Height = above > Height ? above : Height, View = view > View ? view : View };
    }

    /// <summary>What the host writes down when it finds the log gone, before it begins a new one.</summary>
    public VoteMark AfterLossOfLog() => this with { SilentUpTo = Height > SilentUpTo ? Height : SilentUpTo };
}
