using System.Text;
using ChainHealth.Consensus;

namespace ChainHealth.Node;

/// <summary>What happened, a line for each event; only kept when somebody will read it.</summary>
public sealed class Transcript(bool isKept)
{
    private readonly StringBuilder _lines = new();

    public bool IsKept { get; } = isKept;

    public void Line(long now, string text)
    {
        if (IsKept)
        {
            _lines.Append(now.ToString().PadLeft(7)).Append("  ").Append(text).Append('\n');
        }
    }

    public override string ToString() => _lines.ToString();

    public static string Describe(ConsensusMessage message) => message switch
    {
        PrePrepare m => $"pre-prepare v{m.View} h{m.Proposal.Height} {m.Proposal.Hash.Short}",
        Vote m => $"{m.Phase} v{m.View} h{m.Height} {m.Block.Short} of {m.Signer}",
        ViewChange m => $"view-change v{m.View} of {m.Signer} tip {m.CommittedHeight} prepared "
            + string.Join(' ', m.Prepared.Select(p => $"h{p.Height}@v{p.View}:{p.Block.Short}")),
        NewView m => $"new-view v{m.View} from {string.Join(' ', m.ViewChanges.Select(c => c.Signer))}",
        PeerStatus m => $"status v{m.View} {m.Mode} tip {m.CommittedHeight}",
        BlockRequest m => $"blocks? from {m.From} x{m.Count}",
        BlockResponse m => $"blocks {string.Join(' ', m.Blocks.Select(b => b.Proposal.Height))}",
        ProposalRequest m => $"proposal? h{m.Height} {m.Hash.Short}",
        ProposalResponse m => $"proposal h{m.Proposal.Height} {m.Proposal.Hash.Short}",
        SnapshotOffer m => $"state at h{m.Height} of {m.Manifest.Chunks.Length} pieces",
        ChunkRequest m => $"piece? {m.Index} of h{m.Height}",
        ChunkResponse m => $"piece {m.Index} of h{m.Height}",
        _ => message.GetType().Name,
    };
}
