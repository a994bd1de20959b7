using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>For each height above the tip, the prepare certificate of the highest view. Outlives views: it is what a
/// view change reports.</summary>
internal sealed class PreparedBlocks
{
    private readonly SortedDictionary<Height, QuorumCertificate> _certificates = [];

    public IEnumerable<QuorumCertificate> All => _certificates.Values;

    public void Add(QuorumCertificate certificate)
    {
        if (!_certificates.TryGetValue(certificate.Height, out QuorumCertificate? known)
            || known.View < certificate.View)
        {
            _certificates[certificate.Height] = certificate;
        }
    }

    /// <summary>The certificates that form a chain on the tip. One above whose parent was replaced by a block of a
    /// higher view cannot have been committed, and is left out (PROTOCOL.md, VC2).</summary>
    public ImmutableArray<QuorumCertificate> ChainOn(ChainTip tip, PayloadStore payloads)
    {
        var chain = ImmutableArray.CreateBuilder<QuorumCertificate>();
        while (_certificates.TryGetValue(tip.Height.Next, out QuorumCertificate? certificate)
            && payloads.TryFind(certificate.Height, certificate.Block, out Proposal? proposal)
            && tip.IsParentOf(proposal)
            && chain.Count < ConsensusLimits.WindowHeightsMax)
        {
            chain.Add(certificate);
            tip = proposal.Tip;
        }

        return chain.ToImmutable();
    }

    public void ForgetUpTo(Height height)
    {
        foreach (Height old in _certificates.Keys.TakeWhile(h => h <= height).ToArray())
        {
            _certificates.Remove(old);
        }
    }
}
