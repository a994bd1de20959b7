using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A candidate that the rules refuse on this state.</summary>
public sealed record DroppedTransaction(VerifiedTransaction Transaction, string Reason);

/// <summary>A new block, the state after it, and the candidates that cannot stand in it. Candidates that are neither in
/// the block nor dropped found no room.</summary>
public sealed record BuiltBlock(Block Block, LedgerState Next, ImmutableArray<DroppedTransaction> Dropped);

/// <summary>Makes blocks that <see cref="BlockRules"/> accept.</summary>
public static class BlockBuilder
{
    /// <summary>Room kept for the header and the count of transactions.</summary>
    public const int HeaderBytesMax = 256;

    /// <summary>Takes candidates in their order as long as there is room. The block's time is <paramref name="now"/>,
    /// or the parent's where that is later.</summary>
    public static BuiltBlock Build(
        LedgerState parent, IEnumerable<VerifiedTransaction> candidates, Instant now, ReplicaId proposer,
        int transactionsMax = Block.TransactionsMax)
    {
        LedgerDraft draft = parent.Draft(now);
        var taken = ImmutableArray.CreateBuilder<SignedTransaction>();
        var dropped = ImmutableArray.CreateBuilder<DroppedTransaction>();
        long room = Block.BytesMax - HeaderBytesMax;
        foreach (VerifiedTransaction candidate in candidates)
        {
            room -= candidate.Signed.Bytes.Length + sizeof(uint);
            if (room < 0 || taken.Count == Math.Min(transactionsMax, Block.TransactionsMax))
            {
                break;
            }

            if (draft.TryApply(candidate) is not { } reason)
            {
                taken.Add(candidate.Signed);
                continue;
            }

            room += candidate.Signed.Bytes.Length + sizeof(uint);
            dropped.Add(new DroppedTransaction(candidate, reason));
        }

        LedgerState next = draft.Finish();
        ImmutableArray<SignedTransaction> transactions = taken.ToImmutable();
        var header = new BlockHeader(
            parent.Chain, parent.Epoch, next.Height, parent.Tip, draft.Time, BlockRules.TransactionRoot(transactions),
            next.Root, proposer);
        return new BuiltBlock(
            new Block(header, transactions), next with { Tip = header.Hash() }, dropped.ToImmutable());
    }
}
