using System.Diagnostics.CodeAnalysis;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Proposals above the tip whose hash was checked: accepted ones of this and earlier views, and fetched ones.
/// At most a few for each height of the window.</summary>
internal sealed class PayloadStore
{
    private readonly Dictionary<ChainTip, Proposal> _proposals = [];

    public void Add(Proposal proposal) => _proposals[proposal.Tip] = proposal;

    public Proposal? Find(Height height, Digest hash) => _proposals.GetValueOrDefault(new ChainTip(height, hash));

    public bool TryFind(Height height, Digest? hash, [NotNullWhen(true)] out Proposal? proposal)
    {
        proposal = hash is { } known ? Find(height, known) : null;
        return proposal is not null;
    }

    public void ForgetUpTo(Height height)
    {
        foreach (ChainTip old in _proposals.Keys.Where(k => k.Height <= height).ToArray())
        {
            _proposals.Remove(old);
        }
    }
}
