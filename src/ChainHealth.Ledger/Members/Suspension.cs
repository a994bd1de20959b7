using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Why and since when a member's transactions are refused.</summary>
/// <param name="Since">First block in which none of them may stand.</param>
public sealed record Suspension(Height Since, string Reason);
