using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>What a committee member holds against another one in an attempt of an SMPC job (SMPC.md, "Disputes").
/// </summary>
public enum FaultKind : byte
{
    /// <summary>Nothing came from the accused in time. Soft: it may have stopped for another's fault.</summary>
    Silence = 1,

    /// <summary>What came from the accused is nothing that an honest party sends: another length, a false opening of a
    /// commitment, an opened value that both other holders contradict.</summary>
    Message = 2,

    /// <summary>The value of the accused and the tag of the witness contradict each other.</summary>
    Tag = 3,

    /// <summary>The accused and the witness do not have the same key as the reporter.</summary>
    Keys = 4,
}

/// <summary>By a computing member, once an attempt and in place of a vote: the attempt failed here, and whose fault it
/// is as far as it can be seen from here.</summary>
/// <param name="Exchange">In which it failed, from 0.</param>
/// <param name="Accused">The silent party, or the sender.</param>
/// <param name="Witness">Who vouched for the sender's value (Tag), or confirmed another key (Keys); else the accused.
/// </param>
/// <param name="Seen">Tag: the digest of the value that came. Keys: digests of the three contributions to the key as
/// they are known here, in the order of the seats. Else none.</param>
public sealed record FaultReport(
    int Attempt, FaultKind Kind, int Exchange, MemberId Accused, MemberId Witness, ImmutableArray<Digest> Seen)
{
    public const int DigestsMax = 3;

    /// <summary>Digests that a report and a statement of this kind carry.</summary>
    public int Digests => Kind switch { FaultKind.Tag => 1, FaultKind.Keys => 3, _ => 0 };

    public bool IsHard => Kind != FaultKind.Silence;
}

/// <summary>By the two that a Tag or Keys report names: what they sent, or vouched for, as a digest. It stands in a
/// signed transaction, so two that differ are public evidence.</summary>
public sealed record CopyStatement(
    int Attempt, int Exchange, MemberId Accused, MemberId Witness, MemberId Reporter, ImmutableArray<Digest> Copies)
{
    public bool Answers(MemberId reporter, FaultReport report) => Attempt == report.Attempt
        && Exchange == report.Exchange && Accused == report.Accused && Witness == report.Witness
        && Reporter == reporter && Copies.Length == report.Digests;
}
