using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>What the host must do, in list order. All <see cref="Mark"/> and <see cref="Persist"/> effects of a step
/// come first, and they must be durable (one fsync for all records) before the host carries out anything that
/// follows.</summary>
public abstract record Effect;

/// <summary>Append this record to the write-ahead log. Its content is the replica's own affair.</summary>
public sealed record Persist(ByteString Record) : Effect;

/// <summary>Make this mark durable in place of the one before. Stands before every <see cref="Persist"/> of its step,
/// and must be durable before anything that follows is carried out.</summary>
public sealed record Mark(VoteMark Upto) : Effect;

/// <summary>Send to one peer. Losing it is allowed; it is sent again while it matters.</summary>
public sealed record Send(ReplicaId To, ConsensusMessage Message) : Effect;

/// <summary>Send to every other replica.</summary>
public sealed record Broadcast(ConsensusMessage Message) : Effect;

/// <summary>The block is final: write it with its certificate to the block store, apply it. Heights come in order, each
/// exactly once in the life of the store.</summary>
public sealed record Commit(Proposal Proposal, QuorumCertificate Certificate) : Effect;

/// <summary>The proposal is no longer in flight; its speculative state can go, its requests wait again. It may come
/// back through <see cref="IOrderedApplication.Adopt"/>, and it may stand at or below the committed height. Carry it
/// out before the next step: a later step may take it up again.</summary>
public sealed record Discard(Proposal Proposal) : Effect;

/// <summary>Give every other replica the requests that could stand in the next block (T7).</summary>
public sealed record PassOnWork : Effect
{
    public static PassOnWork Instance { get; } = new();
}

/// <summary>Answer the peer from the block store with a <see cref="BlockResponse"/>: blocks from this height on, at
/// most
/// <paramref name="Count"/> and about <see cref="ConsensusLimits.ResponsePayloadBytes"/>.</summary>
public sealed record ServeBlocks(ReplicaId To, Height From, int Count) : Effect;

/// <summary>The state after the block at this height, which was committed a moment ago, is to be kept: answer with
/// <see cref="SnapshotMade"/> when it is durable. To leave one out does no harm.</summary>
public sealed record MakeSnapshot(Height Height) : Effect;

/// <summary>2f+1 replicas have this snapshot: keep the certificates beside it, it may be served now. Older ones are no
/// longer needed.</summary>
public sealed record CheckpointReached(SnapshotOffer Stable) : Effect;

/// <summary>Answer the peer with a <see cref="ChunkResponse"/>, or not at all where there is no such piece.</summary>
public sealed record ServeChunk(ReplicaId To, Height Height, int Index) : Effect;

/// <summary>The state at this block is the committed one, in place of all blocks up to it: make it durable before
/// anything that follows is carried out.</summary>
public sealed record SnapshotInstalled(SnapshotOffer Offer, ByteString Content) : Effect;

/// <summary>The peer has lied: end the session with it.</summary>
public sealed record DropPeer(ReplicaId Peer, string Reason) : Effect;

/// <summary>The write-ahead log may be replaced, atomically, by these records: nothing at or below the height is needed
/// once its block is in the store.</summary>
public sealed record CompactLog(Height Committed, ImmutableArray<ByteString> Records) : Effect;

/// <summary>A replica signed two different votes for one height, view and phase. Emitted once for each such triple.
/// </summary>
public sealed record EvidenceFound(Equivocation Evidence) : Effect;

/// <summary>The replica has entered a view, or left one for a view change; for logs and health.</summary>
public sealed record ViewEntered(View View, ViewMode Mode) : Effect;
