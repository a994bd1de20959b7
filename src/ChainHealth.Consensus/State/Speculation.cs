using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Proposals that the application has executed and that are neither committed nor discarded. Swept at the end
/// of each step: what is no longer in flight is discarded, once, wherever it got lost on the way (rule C4).</summary>
internal sealed class Speculation
{
    private readonly Dictionary<ChainTip, Proposal> _executed = [];

    public void Add(Proposal proposal) => _executed[proposal.Tip] = proposal;

    public void Committed(Proposal proposal) => _executed.Remove(proposal.Tip);

    /// <summary>Keeps what stands in a slot, or is expected to stand there again.</summary>
    public void Sweep(SlotTable slots, Outbox outbox)
    {
        foreach (Proposal proposal in _executed.Values.OrderBy(p => p.Tip.Height).ThenBy(p => p.Hash).ToArray())
        {
            Slot? slot = slots.Find(proposal.Height);
            if (slot?.Proposal?.Hash != proposal.Hash && slot?.Expected != proposal.Hash)
            {
                _executed.Remove(proposal.Tip);
                outbox.Add(new Discard(proposal));
            }
        }
    }
}
