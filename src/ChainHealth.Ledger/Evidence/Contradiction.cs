using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Signed words of one member that cannot all be honest. It proves itself to anyone who knows the member's
/// key.</summary>
public abstract record Contradiction;

/// <summary>A consensus vote as its signer gave it.</summary>
public readonly record struct SignedVote(Digest Block, Signature Signature);

/// <summary>A validator voted for two blocks in one epoch, height, view and phase. A primary's pre-prepare is its
/// prepare vote, so this covers every phase. The lower block digest comes first.</summary>
public sealed record VoteContradiction(
    Epoch Epoch, Height Height, View View, VotePhase Phase, ReplicaId Signer, SignedVote First, SignedVote Second)
    : Contradiction
{
    /// <summary>In the order that makes the encoding unique.</summary>
    public static VoteContradiction Of(
        Epoch epoch, Height height, View view, VotePhase phase, ReplicaId signer, SignedVote a, SignedVote b) =>
        a.Block.CompareTo(b.Block) <= 0
            ? new VoteContradiction(epoch, height, view, phase, signer, a, b)
            : new VoteContradiction(epoch, height, view, phase, signer, b, a);
}

/// <summary>A committee member signed two different results of one attempt of one job: two verdict votes or two model
/// votes. The lower transaction id comes first.</summary>
public sealed record JobContradiction(SignedTransaction First, SignedTransaction Second) : Contradiction
{
    /// <summary>Canonical bytes of each transaction, at most.</summary>
    public const int TransactionBytesMax = 1024;

    /// <summary>In the order that makes the encoding unique.</summary>
    public static JobContradiction Of(SignedTransaction a, SignedTransaction b) =>
        a.Id.CompareTo(b.Id) <= 0 ? new JobContradiction(a, b) : new JobContradiction(b, a);
}
