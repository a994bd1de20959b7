using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

public sealed class InvariantException(string message) : Exception(message);

/// <summary>Observers of every run. They see what leaves honest replicas and what these commit, and nothing else.
/// </summary>
public sealed class Checkers(SimCluster simulation)
{
    private readonly Dictionary<Height, Digest> _chain = [];
    private readonly Dictionary<Height, Digest> _roots = [];
    private readonly HashSet<ulong> _requests = [];
    private readonly Dictionary<(ReplicaId, Height, View, VotePhase), Digest> _votes = [];

    public int EvidenceCount { get; private set; }

    /// <summary>States that honest replicas took from peers.</summary>
    public int InstalledCount { get; private set; }

    public int CommittedHeights => _chain.Count;

    public void OnCommit(SimNode node, Commit commit)
    {
        if (simulation.IsLiar(node.Index))
        {
            return;
        }

        Proposal proposal = commit.Proposal;
        Require(proposal.Height == node.Disk.Top, $"I2 {node} commits {proposal.Height} out of turn");
        SimBlock block = SimBlock.Of(proposal) ?? throw new InvariantException($"{node} commits a broken block");
        if (_chain.TryGetValue(proposal.Height, out Digest known))
        {
            Require(known == proposal.Hash, $"I1 two blocks at height {proposal.Height}: {known.Short} and "
                + $"{proposal.Hash.Short} at {node}");
        }
        else
        {
            _chain.Add(proposal.Height, proposal.Hash);
            _roots.Add(proposal.Height, node.Application.StateRoot);
            Require(block.Requests.All(_requests.Add), $"I2 a request is committed twice at {proposal.Height}");
            Require(block.Requests.All(SimBlock.IsRequest), $"validity: no client made a request of {proposal.Height}");
        }

        Require(_roots[proposal.Height] == node.Application.StateRoot, $"I2 state roots differ at {proposal.Height}");
        QuorumCertificate c = commit.Certificate;
        Require((c.Height, c.Block, c.Phase) == (proposal.Height, proposal.Hash, VotePhase.Commit)
            && c.Fault(simulation.Chain, simulation.Validators) is null, $"I3 certificate of {proposal.Height}");
    }

    /// <summary>The state that came from peers is the one that all had after that block.</summary>
    public void OnInstalled(SimNode node, SnapshotOffer offer)
    {
        if (!simulation.IsLiar(node.Index))
        {
            InstalledCount++;
            Require(_chain.TryGetValue(offer.Height, out Digest known) && known == offer.Manifest.Tip.Hash,
                $"I1 {node} installs a state at {offer.Height} that nobody committed");
            Require(_roots[offer.Height] == node.Application.StateRoot, $"I2 state roots differ at {offer.Height}");
        }
    }

    /// <summary>Sees what a process hands to the network, before a liar alters it.</summary>
    public void OnSent(SimNode node, ConsensusMessage message)
    {
        if (simulation.IsLiar(node.Index))
        {
            return;
        }

        Vote? vote = message switch
        {
            PrePrepare m => m.VoteOf(simulation.Validators.PrimaryOf(m.View)),
            Vote m => m,
            _ => null,
        };
        if (vote is null || vote.Signer.Value != node.Index)
        {
            return;
        }

        var subject = (vote.Signer, vote.Height, vote.View, vote.Phase);
        bool isFact = vote.Phase == VotePhase.Checkpoint;
        Require(_votes.TryAdd(subject, vote.Block) || _votes[subject] == vote.Block,
            $"I6 {node} votes twice: {subject}");
        Require(isFact || node.Marked.Covers(vote.Height, vote.View), $"W1 {node} votes above its mark: {subject}");
    }

    public void OnEvidence(SimNode node, Equivocation evidence)
    {
        if (simulation.IsLiar(node.Index))
        {
            return;
        }

        EvidenceCount++;
        Require(simulation.IsLiar(evidence.Culprit.Value), $"{node} accuses honest {evidence.Culprit}");
        Require(evidence.Fault(simulation.Chain, simulation.Validators) is null, "evidence does not prove anything");
    }

    public void Require(bool holds, string invariant)
    {
        if (!holds)
        {
            throw new InvariantException(invariant);
        }
    }
}
