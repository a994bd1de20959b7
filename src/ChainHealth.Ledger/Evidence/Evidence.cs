using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A proven contradiction as the chain recorded it.</summary>
/// <param name="Number">From 1, over all members.</param>
/// <param name="Height">Of the block that recorded it.</param>
public sealed record Evidence(
    int Number, MemberId Culprit, MemberId Reporter, Height Height, Instant Time, Contradiction Contradiction)
{
    /// <summary>Pieces recorded against one member; more would show nothing new.</summary>
    public const int PerMemberMax = 64;
}

/// <summary>By any member: shows the chain a contradiction, which proves itself.</summary>
public sealed record ReportEquivocationBody(Contradiction Contradiction) : TransactionBody;
