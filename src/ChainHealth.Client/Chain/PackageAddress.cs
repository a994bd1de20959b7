using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Where a share package belongs. Owner is the hospital whose update it is, or the pool contributor (round 0).
/// </summary>
public readonly record struct PackageAddress(RunId Run, int Round, MemberId Owner)
{
    /// <summary>What a sealed package is bound to: a package that was sealed for another chain, round, owner or
    /// validator does not open.</summary>
    public byte[] SealingContext(Digest chain, MemberId validator) => new CanonicalWriter(64)
        .Digest(chain).UInt32(Run.Value).Int32(Round).UInt32(Owner.Value).UInt32(validator.Value).ToArray();
}
