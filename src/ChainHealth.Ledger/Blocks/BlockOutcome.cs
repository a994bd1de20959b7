namespace ChainHealth.Ledger;

/// <summary>The state after a valid block, or why it is not valid.</summary>
public readonly record struct BlockOutcome(LedgerState? Next, string? Fault)
{
    public static BlockOutcome Refused(string fault) => new(null, fault);
}
