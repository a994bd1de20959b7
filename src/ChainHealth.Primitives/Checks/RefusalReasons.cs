namespace ChainHealth.Primitives;

/// <summary>Which checks refused an update. Told to the hospital that made it, and to nobody else.</summary>
[Flags]
public enum RefusalReasons : byte
{
    None = 0,

    /// <summary>Longer than the largest norm, or not a small vector at all. Then nothing else is told.</summary>
    NormTooLarge = 1,
    NormTooSmall = 2,

    /// <summary>Points elsewhere than the reference update.</summary>
    Cosine = 4,

    /// <summary>Nearly the same as an update that was committed before it.</summary>
    Duplicate = 8,
    Accuracy = 16,
    Recall = 32,

    /// <summary>Images with a patch rush to one class.</summary>
    PatchRush = 64,

    /// <summary>The aggregate is better without it.</summary>
    LeaveOneOut = 128,
}
