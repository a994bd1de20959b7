using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The consensus connection to one other validator, whoever made it; the newest one counts.</summary>
internal sealed class PeerLink(Member member, ReplicaId replica)
{
    private SecureLink? _link;
    private long _bytesBefore;

    public static LinkOptions Options { get; } = new()
    {
        FrameBytesMax = 1024,
        QueueBytesMax = 4 * ConsensusLimits.MessageBytesMax,
        FrameBytesMaxOfKind = new Dictionary<byte, int>
        {
            [(byte)PeerKind.Consensus] = ConsensusLimits.MessageBytesMax,
            [(byte)PeerKind.Transaction] = SignedTransaction.BytesMax,
            [(byte)PeerKind.Model] = GlobalModel.BytesMax,
        },
    };

    public Member Member { get; } = member;

    public ReplicaId Replica { get; } = replica;

    public bool IsConnected => Volatile.Read(ref _link) is { CloseReason: null };

    public long BytesSent => Volatile.Read(ref _bytesBefore) + (Volatile.Read(ref _link)?.BytesSent ?? 0);

    public void Use(SecureLink link) =>
        Interlocked.Exchange(ref _link, link)?.Close("a newer connection took its place");

    public void Drop(SecureLink link)
    {
        Interlocked.Add(ref _bytesBefore, link.BytesSent);
        Interlocked.CompareExchange(ref _link, null, link);
    }

    public void Close(string reason) => Volatile.Read(ref _link)?.Close(reason);

    /// <summary>False where there is no connection or its queue is full: the replica sends again what
    /// matters.</summary>
    public bool TrySend(PeerKind kind, ReadOnlySpan<byte> payload) =>
        Volatile.Read(ref _link)?.TrySend((byte)kind, payload) ?? false;
}
