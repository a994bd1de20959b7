using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Makes proofs from verified blocks and states. Costs the leaves of one section in hashes.</summary>
public static class ProofMaker
{
    /// <summary>That the transaction stands in this block; null where it does not.</summary>
    public static ChainProof? OfTransaction(CertifiedBlock block, Digest id)
    {
        ImmutableArray<SignedTransaction> transactions = block.Block.Transactions;
        for (int i = 0; i < transactions.Length; i++)
        {
            if (transactions[i].Id == id)
            {
                MerkleProof path = MerkleTree.Prove(transactions.Select(t => t.Leaf).ToArray(), i);
                return new ChainProof(
                    block.Block.Header, block.Certificate, new TransactionClaim(transactions[i], path));
            }
        }

        return null;
    }

    /// <summary>A fact of the state after the block with this header; null where the state does not hold it.
    /// </summary>
    public static ChainProof? OfState(
        BlockHeader header, QuorumCertificate certificate, LedgerState state, ProofQuestion question) =>
        ClaimOf(state, question) is { } claim ? new ChainProof(header, certificate, claim) : null;

    private static ProofClaim? ClaimOf(LedgerState state, ProofQuestion question)
    {
        switch (question)
        {
            case VerdictQuestion q when state.Runs.TryGetValue(q.Run, out RunState? run)
                && RoundProof.Prove(run, q.Round) is { } round && StateProof.Prove(state, run) is { } inRuns:
                return new VerdictClaim(round, inRuns);
            case ModelQuestion q when state.FinalModels.FirstOrDefault(m => m.Run == q.Run && m.Round == q.Round)
                is { } model && StateProof.Prove(state, model) is { } inModels:
                return new ModelClaim(model, inModels);
            case MemberQuestion q when state.Members.TryGetValue(q.Member, out Member? member)
                && StateProof.Prove(state, member) is { } inMembers:
                return new MemberClaim(member, state.Suspensions.GetValueOrDefault(member.Id), inMembers);
            case AnchorQuestion q when AnchorOf(state, q) is { } anchor
                && StateProof.Prove(state, anchor) is { } inAnchors:
                return new AnchorClaim(anchor, inAnchors);
            default:
                return null;
        }
    }

    private static Anchor? AnchorOf(LedgerState state, AnchorQuestion question) =>
        state.Anchors.TryGetValue(question.Member, out ImmutableArray<Anchor> own)
            ? question.Number == 0 ? own[^1] : own.ElementAtOrDefault(question.Number - 1) : null;
}
