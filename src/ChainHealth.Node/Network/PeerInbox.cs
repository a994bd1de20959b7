using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What validators send us: decoded and verified on the connection's own task, away from the consensus loop.
/// </summary>
internal sealed class PeerInbox(
    MessageVerifier messages, ProposalReader proposals, TransactionIntake intake, ModelExchange models,
    HistoryFetch history, ChainView view, ReplicaHost host)
{
    /// <summary>Waiting transactions that a peer is given when it connects.</summary>
    internal const int CatchUpTransactionsMax = 2_000;

    /// <summary>Told of each message that could be read and did not verify.</summary>
    public event Action<ConsensusMessage>? Refused;

    public async ValueTask OpenedAsync(PeerLink peer, CancellationToken cancellation)
    {
        await host.PostAsync(new PeerConnected(peer.Replica), cancellation);
        foreach (SignedTransaction transaction in intake.Waiting(CatchUpTransactionsMax))
        {
            peer.TrySend(PeerKind.Transaction, transaction.Bytes.Span);
        }
    }

    /// <summary>Null, or why the peer is hung up on.</summary>
    public async ValueTask<string?> TakeAsync(PeerLink peer, Frame frame, CancellationToken cancellation)
    {
        switch ((PeerKind)frame.Kind)
        {
            case PeerKind.Consensus:
                Verified? verified = Verify(peer.Replica, frame.Payload.Span, out string? fault);
                if (verified is not null && !(verified.Message is BlockResponse blocks && history.Take(blocks)))
                {
                    await host.PostAsync(new MessageReceived(verified), cancellation);
                }

                return fault;
            case PeerKind.Transaction:
                return intake.TakeFromPeer(frame.Payload.Span);
            case PeerKind.ModelWanted:
                return models.Answer(peer, frame.Payload.Span);
            case PeerKind.Model:
                return models.Take(frame.Payload.Span);
            default:
                return $"frame kind {frame.Kind} is not spoken here";
        }
    }

    private Verified? Verify(ReplicaId from, ReadOnlySpan<byte> bytes, out string? fault)
    {
        ConsensusMessage? message = ConsensusMessageCodec.Decode(bytes, out fault);
        Verified? verified = message is null ? null : messages.Verify(from, message, out fault);
        if (message is not null && verified is null)
        {
            Refused?.Invoke(message);
        }

        if (verified?.Message is PrePrepare prePrepare)
        {
            proposals.Prepare(prePrepare.Proposal, view.State);
        }

        return verified;
    }
}
