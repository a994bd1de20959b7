using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Getting committed blocks from peers, each against its certificate. Rules ST1 to ST5 of
/// PROTOCOL.md.</summary>
internal sealed class CatchUp(ReplicaState state, Agreement agreement, CheckpointTable checkpoints)
{
    private const int ReplyIntervalMs = 100;

    private readonly Pace _statusPace = new(ReplyIntervalMs);
    private readonly Pace _newViewPace = new(ReplyIntervalMs);
    private readonly SortedDictionary<ReplicaId, PeerProgress> _peers = [];
    private readonly SnapshotTransfer _transfer = new(state);
    private readonly Amnesia _amnesia = new(state);
    private QuorumCertificate? _highest;
    private ReplicaId? _source;
    private (ReplicaId Peer, Instant At)? _request;

    public Height HighestKnown => _highest is { } known && known.Height > state.Tip.Height
        ? known.Height
        : state.Tip.Height;

    /// <summary>A certificate proves that blocks above the tip are final.</summary>
    public bool IsBehind => HighestKnown > state.Tip.Height;

    /// <summary>When a request that was not answered goes to the next peer.</summary>
    public Instant? Deadline => _transfer.IsRunning ? _transfer.Deadline
        : IsBehind && _request is { } request ? request.At + RequestTime : null;

    /// <summary>The state of a checkpoint is being fetched.</summary>
    public bool IsTransferring => _transfer.IsRunning;

    public ImmutableArray<PeerProgress> Peers => [.. _peers.Values];

    private TimeSpan RequestTime => TimeSpan.FromMilliseconds(state.Options.BlockRequestMs);

    public PeerStatus OwnStatus => new(state.View, state.Mode, state.TipCertificate);

    /// <summary>ST1: a commit certificate speaks for itself, in whatever view it was made.</summary>
    public void Learn(QuorumCertificate certificate, ReplicaId? from)
    {
        if (certificate.Height <= state.Tip.Height)
        {
            return;
        }

        _amnesia.OnCertificate(certificate);

        if (state.IsInReach(certificate.Height))
        {
            state.Slots.Get(certificate.Height, state.Quorum).Committed ??= certificate;
        }

        if (certificate.Height > HighestKnown)
        {
            _highest = certificate;
            _source = from ?? _source;
        }
    }

    /// <summary>ST2: a peer that is behind is told; a peer that is ahead teaches us.</summary>
    public void OnStatus(PeerStatus status, ReplicaId from)
    {
        _amnesia.OnReport(from, status.CommittedHeight);
        _peers[from] = new PeerProgress(from, status.CommittedHeight, status.View, status.Mode, state.Now);
        if (status.Committed is { } committed)
        {
            Learn(committed, from);
        }

        if (status.CommittedHeight < state.Tip.Height)
        {
            Tell(from);
            checkpoints.OfferTo(from, status.CommittedHeight);
        }

        // VC9: whoever waits for our view, or is in a lower one, gets the proof that it is active.
        bool lacksView = status.View < state.View
            || (status.View == state.View && status.Mode == ViewMode.Changing);
        if (lacksView && state.IsActive && state.NewView is { } proof && _newViewPace.Allows(from, state.Now))
        {
            state.Out.Add(new Send(from, proof));
        }
    }

    /// <summary>Tells a peer where we stand; it answers if it is ahead.</summary>
    public void Tell(ReplicaId peer)
    {
        if (_statusPace.Allows(peer, state.Now))
        {
            state.Out.Add(new Send(peer, OwnStatus));
        }
    }

    /// <summary>ST3: asks one peer at a time, the next one when it does not deliver in time.</summary>
    public void AskIfBehind()
    {
        _transfer.AskIfLate();
        if (!IsBehind || _transfer.IsRunning || (_request is { } open && state.Now < open.At + RequestTime))
        {
            return;
        }

        ReplicaId peer = _request is { } late ? NextAfter(late.Peer) : _source ?? NextAfter(state.Setup.Self);
        Ask(peer);
    }

    /// <summary>ST6: the state of a checkpoint in place of many blocks.</summary>
    public void OnOffer(SnapshotOffer offer, ReplicaId from)
    {
        Learn(offer.Commit, from);
        if (_transfer.OnOffer(offer, from))
        {
            _request = null;
        }
    }

    public void OnChunk(ChunkResponse chunk, ReplicaId from) => _transfer.OnChunk(chunk, from);

    /// <summary>ST4: blocks are applied one after the other through the same delivery as our own commits.</summary>
    public void OnBlocks(BlockResponse response, ReplicaId from)
    {
        // They were asked for before the state was: it takes their place.
        if (_transfer.IsRunning)
        {
            return;
        }

        Height before = state.Tip.Height;
        foreach (CertifiedProposal block in response.Blocks)
        {
            if (block.Proposal.Height != state.Tip.Height.Next)
            {
                continue;
            }

            if (state.Application.CheckHash(block.Proposal) is not null)
            {
                return;
            }

            _amnesia.OnCertificate(block.Certificate);
            Slot? slot = state.Slots.Find(block.Proposal.Height);
            agreement.Deliver(block.Proposal, block.Certificate, slot?.Proposal?.Hash == block.Proposal.Hash);
        }

        if (state.Tip.Height == before || _request?.Peer != from)
        {
            return;
        }

        _request = null;
        if (IsBehind && !_transfer.IsRunning)
        {
            Ask(from);
        }
    }

    /// <summary>ST5: the host serves what is committed from its store.</summary>
    public void OnBlockRequest(BlockRequest request, ReplicaId from)
    {
        if (request.From.Value == 0 || request.From > state.Tip.Height)
        {
            return;
        }

        ulong available = state.Tip.Height.Value - request.From.Value + 1;
        state.Out.Add(new ServeBlocks(from, request.From, (int)Math.Min(request.Count, available)));
    }

    /// <summary>VC8: gives out a payload that we voted for; who asks for a committed one is told of the
    /// commit.</summary>
    public void OnProposalRequest(ProposalRequest request, ReplicaId from)
    {
        if (request.Height <= state.Tip.Height)
        {
            Tell(from);
        }
        else if (state.Payloads.Find(request.Height, request.Hash) is { } proposal)
        {
            state.Out.Add(new Send(from, new ProposalResponse(proposal)));
        }
    }

    private void Ask(ReplicaId peer)
    {
        ulong missing = HighestKnown.Value - state.Tip.Height.Value;
        var count = (ushort)Math.Min(missing, ConsensusLimits.BlocksPerResponseMax);
        _request = (peer, state.Now);
        state.Out.Add(new Send(peer, new BlockRequest(state.Tip.Height.Next, count)));
    }

    private ReplicaId NextAfter(ReplicaId peer)
    {
        var next = new ReplicaId((byte)((peer.Value + 1) % state.Quorum.Members));
        return next == state.Setup.Self ? NextAfter(next) : next;
    }
}
