using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Two members of which at least one lied, and nobody can say which: the other two are honest.</summary>
public readonly record struct SuspectPair(MemberId First, MemberId Second)
{
    public static SuspectPair Of(MemberId a, MemberId b) => a.CompareTo(b) < 0 ? new(a, b) : new(b, a);

    public bool Contains(MemberId member) => member == First || member == Second;

    public MemberId Other(MemberId member) => member == First ? Second : First;

    public override string ToString() => $"{First} and {Second}";
}

/// <summary>What the run knows of its committee (ROUND.md, rules E).</summary>
/// <param name="Excluded">Convicted, or without the validation pool: for the rest of the run.</param>
/// <param name="Silent">Did not answer in the last job; computes again once it has attested in a later round.</param>
/// <param name="Suspects">An open conflict.</param>
public sealed record CommitteeStanding(
    ImmutableSortedSet<MemberId> Excluded, MemberId? Silent, SuspectPair? Suspects)
{
    public static CommitteeStanding Clean { get; } = new([], null, null);

    /// <summary>Whose seat stays empty in a new attempt: an excluded member, else the first of a suspected pair, else
    /// one that is silent.</summary>
    public MemberId? Without => Excluded.Count > 0 ? Excluded[0] : Suspects?.First ?? Silent;

    /// <summary>A lie that is one member's own.</summary>
    public CommitteeStanding Convict(MemberId member) => this with
    {
        Excluded = Excluded.Add(member),
        Silent = Silent == member ? null : Silent,
        Suspects = Suspects is { } pair && pair.Contains(member) ? null : Suspects,
    };

    /// <summary>Silence is no proof, unless one of the two is known to be faulty.</summary>
    public CommitteeStanding Miss(MemberId member) =>
        Suspects is { } pair && pair.Contains(member) ? Convict(member) : this with { Silent = member };

    /// <summary>A conflict. One that shares a member with an older pair convicts it, since f = 1.</summary>
    public CommitteeStanding Suspect(MemberId a, MemberId b)
    {
        var conflict = SuspectPair.Of(a, b);
        if (Suspects is not { } pair)
        {
            return Excluded.Count > 0 ? this : this with { Suspects = conflict };
        }

        return pair.Contains(a) == pair.Contains(b) ? this : Convict(pair.Contains(a) ? a : b);
    }

    public CommitteeStanding Hear(MemberId member) => Silent == member ? this with { Silent = null } : this;
}
