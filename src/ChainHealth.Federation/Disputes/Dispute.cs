using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Who computes in an attempt, and what its members hold against each other.</summary>
/// <param name="Without">The committee member whose seat is empty; null: all four compute.</param>
/// <param name="Reports">By reporter.</param>
/// <param name="Asked">Reporter of the first hard report, which is the one that is settled.</param>
/// <param name="Statements">Answers to it, by member.</param>
/// <param name="Until">When the dispute is settled with what is there; null while nobody reported.</param>
public sealed record Dispute(
    MemberId? Without, ImmutableSortedDictionary<MemberId, FaultReport> Reports, MemberId? Asked,
    ImmutableSortedDictionary<MemberId, CopyStatement> Statements, Instant? Until)
{
    public static Dispute None { get; } = Of(null);

    public static Dispute Of(MemberId? without) => new(
        without, ImmutableSortedDictionary<MemberId, FaultReport>.Empty, null,
        ImmutableSortedDictionary<MemberId, CopyStatement>.Empty, null);

    /// <summary>The report that waits for statements; null where there is none.</summary>
    public FaultReport? Open => Asked is { } reporter && Reports[reporter].Digests > 0 ? Reports[reporter] : null;

    public bool MustState(MemberId member) =>
        Open is { } report && (member == report.Accused || member == report.Witness) && !Statements.ContainsKey(member);
}
