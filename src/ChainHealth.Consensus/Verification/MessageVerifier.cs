using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Turns decoded messages into <see cref="Verified"/> ones. Holds no state: a host may call one instance from
/// many threads, away from the consensus thread. Rules V1 to V9 of PROTOCOL.md.
/// Costs in signature checks: a vote 1, a status or a block 2f+1, a view change up to 1 + (window + 1)(2f+1), a
/// new-view that for each of its 2f+1 view changes, less what they have in common.</summary>
public sealed class MessageVerifier(
    Digest chain, ValidatorSet validators, int spreadHeights = ConsensusLimits.ViewChangeSpreadHeights)
{
    /// <summary>The message as the replica accepts it, or null and the exact reason.</summary>
    /// <param name="from">Whom the session authenticated.</param>
    public Verified? Verify(ReplicaId from, ConsensusMessage message, out string? fault)
    {
        fault = !validators.Contains(from) ? $"{from} is no validator" : message switch
        {
            PrePrepare m => FaultOf(m),
            Vote m => FaultOf(m),
            ViewChange m => FaultOf(m, []),
            NewView m => FaultOf(m),
            PeerStatus m => m.Committed is null ? null : FaultOf(m.Committed, VotePhase.Commit, []),
            BlockResponse m => FaultOf(m),
            BlockRequest m => m.Count is 0 or > ConsensusLimits.BlocksPerResponseMax ? "count out of range" : null,
            ProposalRequest => null,
            ProposalResponse => null,
            SnapshotOffer m => FaultOf(m),
            ChunkRequest => null,
            ChunkResponse => null,
            _ => "unknown message",
        };
        return fault is null ? new Verified(from, message) : null;
    }

    // V1: a pre-prepare carries the prepare vote of the primary of its view.
    private string? FaultOf(PrePrepare message) =>
        message.Proposal.Height.Value == 0 ? "height 0 is genesis" :
        message.VoteOf(validators.PrimaryOf(message.View)).IsSigned(chain, validators) ? null :
        "pre-prepare is not signed by the primary of its view";

    // V2: a vote is signed by the validator that it names; anyone may pass it on.
    private string? FaultOf(Vote vote) =>
        vote.Height.Value == 0 ? "height 0 is genesis" :
        vote.Phase == VotePhase.Checkpoint && vote.View != default ? "a checkpoint has no view" :
        vote.IsSigned(chain, validators) ? null : $"vote is not signed by {vote.Signer}";

    // V3: certificates hold 2f+1 distinct signatures over one subject (QuorumCertificate.Fault), each checked once.
    private string? FaultOf(QuorumCertificate certificate, VotePhase phase, HashSet<QuorumCertificate> seen)
    {
        if (certificate.Phase != phase)
        {
            return $"{certificate.Phase} certificate where a {phase} certificate is needed";
        }

        if (certificate.Height.Value == 0)
        {
            return "certificate for genesis";
        }

        if (seen.Contains(certificate))
        {
            return null;
        }

        string? fault = certificate.Fault(chain, validators);
        if (fault is null)
        {
            seen.Add(certificate);
        }

        return fault;
    }

    // V4: prepare certificates of a view change follow its tip without a gap, each of a lower view.
    private string? FaultOf(ViewChange change, HashSet<QuorumCertificate> seen)
    {
        if (change.View.Value == 0)
        {
            return "no view change leads to view 0";
        }

        if (!validators.Verify(change.Signer, change.Hash(chain, validators.Epoch), change.Signature))
        {
            return $"view change is not signed by {change.Signer}";
        }

        if (change.Committed is { } committed && FaultOf(committed, VotePhase.Commit, seen) is { } tipFault)
        {
            return $"tip: {tipFault}";
        }

        Height expected = change.CommittedHeight.Next;
        foreach (QuorumCertificate prepared in change.Prepared)
        {
            if (prepared.Height != expected || prepared.View >= change.View)
            {
                return "prepare certificates have a gap, or are not of a lower view";
            }

            if (FaultOf(prepared, VotePhase.Prepare, seen) is { } fault)
            {
                return $"prepared at {prepared.Height}: {fault}";
            }

            expected = expected.Next;
        }

        return null;
    }

    // V5: a new-view is signed by its primary and holds 2f+1 valid view changes for its view, of distinct replicas.
    private string? FaultOf(NewView message)
    {
        if (!validators.Verify(
            validators.PrimaryOf(message.View), message.Hash(chain, validators.Epoch), message.Signature))
        {
            return "new-view is not signed by the primary of its view";
        }

        if (message.ViewChanges.Length != validators.Quorum.Size)
        {
            return $"{message.ViewChanges.Length} view changes, {validators.Quorum.Size} needed";
        }

        var seen = new HashSet<QuorumCertificate>();
        int previous = -1;
        foreach (ViewChange change in message.ViewChanges)
        {
            if (change.View != message.View || change.Signer.Value <= previous)
            {
                return "view changes are not of this view, or not ascending by signer";
            }

            if (FaultOf(change, seen) is { } fault)
            {
                return $"view change of {change.Signer}: {fault}";
            }

            previous = change.Signer.Value;
        }

        // VC10: a view change from far below the others was made before what they know.
        ulong top = message.ViewChanges.Max(c => c.CommittedHeight.Value);
        return message.ViewChanges.FirstOrDefault(c => top - c.CommittedHeight.Value > (ulong)spreadHeights) is { } old
            ? $"view change of {old.Signer} stands more than {spreadHeights} heights below {top}" : null;
    }

    // V8: an offer holds a manifest, 2f+1 checkpoint votes for it, and 2f+1 commit votes for its block.
    private string? FaultOf(SnapshotOffer offer)
    {
        SnapshotManifest manifest = offer.Manifest;
        if (manifest.Fault() is { } fault)
        {
            return fault;
        }

        if (offer.Checkpoint.Height != manifest.Height || offer.Checkpoint.Block != manifest.Hash(chain)
            || offer.Checkpoint.View != default
            || new ChainTip(offer.Commit.Height, offer.Commit.Block) != manifest.Tip)
        {
            return "the certificates are not of this snapshot";
        }

        return FaultOf(offer.Checkpoint, VotePhase.Checkpoint, []) ?? FaultOf(offer.Commit, VotePhase.Commit, []);
    }

    // V6: blocks come in height order, linked, each with a certificate for exactly that block.
    private string? FaultOf(BlockResponse response)
    {
        ImmutableArray<CertifiedProposal> blocks = response.Blocks;
        for (int i = 0; i < blocks.Length; i++)
        {
            (Proposal proposal, QuorumCertificate certificate) = blocks[i];
            if (i > 0 && !blocks[i - 1].Proposal.Tip.IsParentOf(proposal))
            {
                return $"block {proposal.Height} does not follow the one before it";
            }

            if (certificate.Height != proposal.Height || certificate.Block != proposal.Hash)
            {
                return $"certificate is not of block {proposal.Height}";
            }

            if (FaultOf(certificate, VotePhase.Commit, []) is { } fault)
            {
                return $"block {proposal.Height}: {fault}";
            }
        }

        return null;
    }
}
