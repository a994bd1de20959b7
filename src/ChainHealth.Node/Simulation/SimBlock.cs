using System.Collections.Immutable;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The block of the simulated ledger: requests and the state root after them.</summary>
public sealed record SimBlock(Height Height, Digest Parent, Digest StateRoot, ImmutableArray<ulong> Requests)
{
    public const int RequestsMax = 8;

    /// <summary>A request that a client made: liars reorder and omit, but they cannot make up a client's signature.
    /// </summary>
    public static bool IsRequest(ulong id) => id % 7 == 3;

    public static Digest RootAfter(Digest root, ImmutableArray<ulong> requests)
    {
        var writer = new CanonicalWriter();
        writer.List(requests, (w, r) => w.UInt64(r));
        return Digest.Of("sim-state", root, writer.Written);
    }

    public Proposal ToProposal()
    {
        var writer = new CanonicalWriter();
        writer.UInt64(Height.Value).Digest(Parent).Digest(StateRoot).List(Requests, (w, r) => w.UInt64(r));
        return new Proposal(
            Height, Parent, Digest.Of("sim-block", Digest.Zero, writer.Written), new ByteString(writer.ToArray()));
    }

    /// <summary>The block in a proposal, or null where the proposal is not its envelope.</summary>
    public static SimBlock? Of(Proposal proposal)
    {
        var reader = new CanonicalReader(proposal.Payload.Span);
        var block = new SimBlock(
            new Height(reader.UInt64()),
            reader.Digest(),
            reader.Digest(),
            reader.List(RequestsMax, (ref CanonicalReader r) => r.UInt64()));
        return reader.Finish()
            && (block.Height, block.Parent) == (proposal.Height, proposal.Parent)
            && Digest.Of("sim-block", Digest.Zero, proposal.Payload.Span) == proposal.Hash
            ? block
            : null;
    }
}
