using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>When a block is valid on a state (LEDGER.md, rules B). A valid block holds no refused transaction, so its
/// receipts need no outcome: to stand in a block is to have been applied.</summary>
public static class BlockRules
{
    /// <summary>How far a block's time may lie ahead of the checker's clock.</summary>
    public const int AheadMsMax = 5_000;

    /// <summary>Latest time that a block may name (the year 3000), so that sums of times cannot overflow.</summary>
    public const long UnixMsMax = 32_503_680_000_000;

    /// <summary>Full validity, for voting: form, header, freshness, every signature and rule, both roots. Executes the
    /// block once and gives the state after it.</summary>
    public static BlockOutcome Check(
        LedgerState parent, Block block, Instant now, TransactionVerifier verifier)
    {
        if (FormFault(parent, block) is { } fault)
        {
            return BlockOutcome.Refused(fault);
        }

        if (block.Header.Time.UnixMs > now.UnixMs + AheadMsMax)
        {
            return BlockOutcome.Refused($"block {block.Header.Height}: time {block.Header.Time} lies more than "
                + $"{AheadMsMax} ms ahead of {now}");
        }

        return Execute(parent, block, (SignedTransaction signed, out string? reason) =>
            verifier.Verify(signed, parent, out reason));
    }

    /// <summary>As <see cref="Check"/>, for a block that 2f+1 validators signed: neither signatures of transactions nor
    /// freshness are judged again.</summary>
    public static BlockOutcome Replay(LedgerState parent, Block block) =>
        FormFault(parent, block) is { } fault
            ? BlockOutcome.Refused(fault)
            : Execute(parent, block, (SignedTransaction signed, out string? reason) =>
                Vouched(parent, signed, out reason));

    /// <summary>Merkle root over the leaves of the transactions, in order.</summary>
    public static Digest TransactionRoot(IReadOnlyList<SignedTransaction> transactions)
    {
        var leaves = new Digest[transactions.Count];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = transactions[i].Leaf;
        }

        return MerkleTree.Root(leaves);
    }

    private delegate VerifiedTransaction? Verify(SignedTransaction signed, out string? fault);

    private static VerifiedTransaction? Vouched(LedgerState parent, SignedTransaction signed, out string? fault)
    {
        MemberId sender = signed.Transaction.Sender;
        bool known = parent.Members.TryGetValue(sender, out Member? member);
        fault = known ? null : $"{sender} is no member";
        return known ? new VerifiedTransaction(signed, member!.SigningKey) : null;
    }

    private static string? FormFault(LedgerState parent, Block block)
    {
        BlockHeader header = block.Header;
        string? fault = header.Chain != parent.Chain ? $"chain {header.Chain.Short}, this is {parent.Chain.Short}"
            : header.Epoch != parent.Epoch ? $"epoch {header.Epoch}, this is {parent.Epoch}"
            : header.Height != parent.Height.Next ? $"height {header.Height} does not follow {parent.Height}"
            : header.Parent != parent.Tip ? $"parent {header.Parent.Short}, the tip is {parent.Tip.Short}"
            : header.Time < parent.Time ? $"time {header.Time} lies before the parent's, {parent.Time}"
            : header.Time.UnixMs > UnixMsMax ? "time is out of range"
            : header.Proposer.Value >= Validators(parent)
                ? $"proposer {header.Proposer} is no validator"
            : block.Transactions.IsDefault || block.Transactions.Length > Block.TransactionsMax
                ? $"more than {Block.TransactionsMax} transactions"
            : Size(block) > Block.BytesMax ? $"more than {Block.BytesMax} bytes"
            : TransactionRoot(block.Transactions) != header.TransactionRoot ? "transaction root does not match"
            : null;
        return fault is null ? null : $"block {header.Height}: {fault}";
    }

    private static BlockOutcome Execute(LedgerState parent, Block block, Verify verify)
    {
        LedgerDraft draft = parent.Draft(block.Header.Time);
        for (int i = 0; i < block.Transactions.Length; i++)
        {
            VerifiedTransaction? verified = verify(block.Transactions[i], out string? fault);
            fault = verified is null ? fault : draft.TryApply(verified);
            if (fault is not null)
            {
                return BlockOutcome.Refused($"block {block.Header.Height}: transaction {i}: {fault}");
            }
        }

        LedgerState next = draft.Finish();
        return next.Root == block.Header.StateRoot
            ? new BlockOutcome(next with { Tip = block.Header.Hash() }, null)
            : BlockOutcome.Refused($"block {block.Header.Height}: state root {block.Header.StateRoot.Short}, "
                + $"computed {next.Root.Short}");
    }

    private static int Validators(LedgerState state) =>
        state.Members.Values.Count(m => m.Role == MemberRole.Validator);

    private static long Size(Block block)
    {
        long size = BlockBuilder.HeaderBytesMax;
        foreach (SignedTransaction transaction in block.Transactions)
        {
            size += transaction.Bytes.Length + sizeof(uint);
        }

        return size;
    }
}
