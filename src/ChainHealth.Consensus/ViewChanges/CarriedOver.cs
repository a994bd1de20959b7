using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What a new view begins with; a function of the new-view alone, so that all replicas find the same (rule
/// VC5).</summary>
/// <param name="Base">Commit certificate of the highest tip among the view changes; null for genesis.</param>
/// <param name="Blocks">For the heights above it, without a gap: the prepare certificate of the highest view.</param>
public sealed record CarriedOver(QuorumCertificate? Base, ImmutableArray<QuorumCertificate> Blocks)
{
    public Height BaseHeight => Base?.Height ?? default;

    public static CarriedOver Of(NewView newView)
    {
        QuorumCertificate? top = newView.ViewChanges.MaxBy(change => change.CommittedHeight)?.Committed;
        var blocks = ImmutableArray.CreateBuilder<QuorumCertificate>();
        Height height = (top?.Height ?? default).Next;
        while (HighestAt(newView, height) is { } certificate)
        {
            blocks.Add(certificate);
            height = height.Next;
        }

        return new CarriedOver(top, blocks.ToImmutable());
    }

    private static QuorumCertificate? HighestAt(NewView newView, Height height) => newView.ViewChanges
        .SelectMany(change => change.Prepared)
        .Where(certificate => certificate.Height == height)
        .MaxBy(certificate => certificate.View);
}
