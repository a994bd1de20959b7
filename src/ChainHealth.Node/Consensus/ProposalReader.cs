using System.Runtime.CompilerServices;
using ChainHealth.Consensus;
using ChainHealth.Ledger;

namespace ChainHealth.Node;

/// <summary>Decodes the block in a proposal once and keeps it as long as the proposal lives, so that links can do it,
/// and verify its transactions' signatures, off the consensus loop.</summary>
internal sealed class ProposalReader(TransactionVerifier verifier)
{
    /// <summary>Fewer signatures than these are verified before other threads have woken up.</summary>
    private const int ParallelMin = 16;

    private readonly ConditionalWeakTable<Proposal, ReadProposal> _read = [];

    /// <summary>The block of a proposal that this node made.</summary>
    public void Know(Proposal proposal, Block block) => _read.AddOrUpdate(proposal, new ReadProposal(block, null));

    /// <summary>The block, or the reason why the payload is not the block that the proposal names.</summary>
    public Block? Read(Proposal proposal, out string? fault)
    {
        ReadProposal read = _read.GetValue(proposal, Decode);
        fault = read.Fault;
        return read.Block;
    }

    /// <summary>Called by links: the slow part of what the consensus loop will ask for, on all cores.</summary>
    public void Prepare(Proposal proposal, LedgerState state)
    {
        if (Read(proposal, out _) is not { } block)
        {
            return;
        }

        if (block.Transactions.Length < ParallelMin)
        {
            _ = block.Transactions.All(t => verifier.Verify(t, state, out _) is not null);
            return;
        }

        Parallel.For(0, block.Transactions.Length, (i, loop) =>
        {
            if (verifier.Verify(block.Transactions[i], state, out _) is null)
            {
                loop.Stop();
            }
        });
    }

    private static ReadProposal Decode(Proposal proposal)
    {
        Block? block = BlockCodec.TryDecode(proposal.Payload.Span, out string? fault);
        if (block is null)
        {
            return new ReadProposal(null, fault);
        }

        BlockHeader header = block.Header;
        fault = header.Height != proposal.Height ? $"the payload is block {header.Height}"
            : header.Parent != proposal.Parent ? $"the payload's parent is {header.Parent.Short}"
            : header.Hash() != proposal.Hash ? "the payload has another hash"
            : BlockRules.TransactionRoot(block.Transactions) != header.TransactionRoot
                ? "the payload's transactions are not those of its header" : null;
        return new ReadProposal(fault is null ? block : null, fault);
    }

    private sealed record ReadProposal(Block? Block, string? Fault);
}
