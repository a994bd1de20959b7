using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What replicas say to each other. On the wire: <see cref="ConsensusMessageCodec"/>.</summary>
public abstract record ConsensusMessage;

/// <summary>The primary's order for a height. The signature is the primary's prepare vote for the block.</summary>
public sealed record PrePrepare(View View, Proposal Proposal, Signature Signature) : ConsensusMessage
{
    public Vote VoteOf(ReplicaId primary) =>
        new(Proposal.Height, View, VotePhase.Prepare, Proposal.Hash, primary, Signature);
}

/// <summary>A replica's signed word for a block in a phase.</summary>
public sealed record Vote(
    Height Height, View View, VotePhase Phase, Digest Block, ReplicaId Signer, Signature Signature) : ConsensusMessage
{
    public VoteSubject Subject(Digest chain, Epoch epoch) => new(chain, epoch, Height, View, Phase, Block);

    public bool IsSigned(Digest chain, ValidatorSet validators) =>
        validators.Verify(Signer, Subject(chain, validators.Epoch).Hash(), Signature);

    public static void Write(CanonicalWriter writer, Vote vote) => writer
        .UInt64(vote.Height.Value)
        .UInt64(vote.View.Value)
        .Byte((byte)vote.Phase)
        .Digest(vote.Block)
        .Byte(vote.Signer.Value)
        .Signature(vote.Signature);

    public static Vote Read(ref CanonicalReader reader) => new(
        new Height(reader.UInt64()),
        new View(reader.UInt64()),
        reader.Enum<VotePhase>(),
        reader.Digest(),
        new ReplicaId(reader.Byte()),
        reader.Signature());
}

/// <summary>"I leave for this view, and this is what I had prepared."</summary>
/// <param name="View">The view to enter.</param>
/// <param name="Committed">Commit certificate of the sender's tip; null at genesis.</param>
/// <param name="Prepared">Prepare certificates of the heights above the tip, without a gap, each of a lower
/// view.</param>
/// <param name="Signer">The sender.</param>
/// <param name="Signature">Over <see cref="Hash"/>.</param>
public sealed record ViewChange(
    View View,
    QuorumCertificate? Committed,
    ImmutableArray<QuorumCertificate> Prepared,
    ReplicaId Signer,
    Signature Signature) : ConsensusMessage
{
    public Height CommittedHeight => Committed?.Height ?? default;

    /// <summary>The digest under the signature: everything but the signature.</summary>
    public Digest Hash(Digest chain, Epoch epoch)
    {
        var writer = new CanonicalWriter();
        writer.UInt32(epoch.Value);
        WriteContent(writer, this);
        return Digest.Of("view-change", chain, writer.Written);
    }

    public bool Equals(ViewChange? other) => other is not null
        && (View, Signer, Signature) == (other.View, other.Signer, other.Signature)
        && Equals(Committed, other.Committed)
        && Prepared.AsSpan().SequenceEqual(other.Prepared.AsSpan());

    public override int GetHashCode() => HashCode.Combine(View, Signer, Signature);

    public static void Write(CanonicalWriter writer, ViewChange change)
    {
        WriteContent(writer, change);
        writer.Signature(change.Signature);
    }

    public static ViewChange Read(ref CanonicalReader reader)
    {
        var view = new View(reader.UInt64());
        var signer = new ReplicaId(reader.Byte());
        QuorumCertificate? committed = reader.Bool() ? QuorumCertificate.Read(ref reader) : null;
        ImmutableArray<QuorumCertificate> prepared = reader.List(
            ConsensusLimits.WindowHeightsMax, (ref CanonicalReader r) => QuorumCertificate.Read(ref r));
        return new ViewChange(view, committed, prepared, signer, reader.Signature());
    }

    private static void WriteContent(CanonicalWriter writer, ViewChange change)
    {
        writer.UInt64(change.View.Value).Byte(change.Signer.Value).Bool(change.Committed is not null);
        if (change.Committed is { } committed)
        {
            QuorumCertificate.Write(writer, committed);
        }

        writer.List(change.Prepared, QuorumCertificate.Write);
    }
}

/// <summary>The new primary's proof that 2f+1 replicas entered its view. What must be proposed again follows from the
/// view changes alone; see <see cref="CarriedOver"/>.</summary>
/// <param name="View">The view that begins.</param>
/// <param name="ViewChanges">2f+1, ascending by signer.</param>
/// <param name="Signature">Of the primary of the view, over <see cref="Hash"/>.</param>
public sealed record NewView(View View, ImmutableArray<ViewChange> ViewChanges, Signature Signature) : ConsensusMessage
{
    public Digest Hash(Digest chain, Epoch epoch)
    {
        var writer = new CanonicalWriter();
        writer.UInt32(epoch.Value).UInt64(View.Value);
        writer.List(ViewChanges, (w, change) => w.Digest(change.Hash(chain, epoch)));
        return Digest.Of("new-view", chain, writer.Written);
    }

    public bool Equals(NewView? other) => other is not null
        && (View, Signature) == (other.View, other.Signature)
        && ViewChanges.AsSpan().SequenceEqual(other.ViewChanges.AsSpan());

    public override int GetHashCode() => HashCode.Combine(View, Signature);

    public static void Write(CanonicalWriter writer, NewView message) => writer
        .UInt64(message.View.Value)
        .List(message.ViewChanges, ViewChange.Write)
        .Signature(message.Signature);

    public static NewView Read(ref CanonicalReader reader) => new(
        new View(reader.UInt64()),
        reader.List(Quorum.MembersMax, (ref CanonicalReader r) => ViewChange.Read(ref r)),
        reader.Signature());
}

/// <summary>Where the sender stands. Whoever is ahead answers with what the sender lacks.</summary>
/// <param name="View">Its view.</param>
/// <param name="Mode">Whether it orders in that view or waits for it.</param>
/// <param name="Committed">Commit certificate of its tip; null at genesis.</param>
public sealed record PeerStatus(View View, ViewMode Mode, QuorumCertificate? Committed) : ConsensusMessage
{
    public Height CommittedHeight => Committed?.Height ?? default;
}

/// <summary>Asks for committed blocks.</summary>
public sealed record BlockRequest(Height From, ushort Count) : ConsensusMessage;

/// <summary>Committed blocks in height order, from the sender's store.</summary>
public sealed record BlockResponse(ImmutableArray<CertifiedProposal> Blocks) : ConsensusMessage
{
    public bool Equals(BlockResponse? other) =>
        other is not null && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

    public override int GetHashCode() => Blocks.Length;
}

/// <summary>Asks for the payload of a prepared block that a view change carried over.</summary>
public sealed record ProposalRequest(Height Height, Digest Hash) : ConsensusMessage;

/// <summary>The answer to a <see cref="ProposalRequest"/>.</summary>
public sealed record ProposalResponse(Proposal Proposal) : ConsensusMessage;
