using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Fetches the state of a checkpoint, piece by piece, each against the manifest that 2f+1 replicas signed.
/// Rules ST6 to ST9 of PROTOCOL.md.</summary>
internal sealed class SnapshotTransfer(ReplicaState state)
{
    private readonly SortedSet<ReplicaId> _sources = [];
    private SnapshotOffer? _offer;
    private byte[] _content = [];
    private int _next;
    private int _silences;
    private (ReplicaId Peer, Instant At)? _request;

    /// <summary>While this lasts no blocks are asked for.</summary>
    public bool IsRunning => _offer is not null;

    public Instant? Deadline => _request is { } request ? request.At + RequestTime : null;

    private TimeSpan RequestTime => TimeSpan.FromMilliseconds(state.Options.BlockRequestMs);

    /// <summary>Whether a snapshot at that height is better than the blocks from the tip on. What is in flight lies
    /// below it then.</summary>
    public static bool IsWorth(ReplicaState state, Height snapshot, Height tip) =>
        snapshot.Value > tip.Value + Math.Max((ulong)state.Options.SnapshotBehindHeights, state.ReachHeights);

    /// <summary>ST6: the first offer that is worth it is taken; whoever offers the same is asked too.</summary>
    /// <returns>Whether the transfer has just begun.</returns>
    public bool OnOffer(SnapshotOffer offer, ReplicaId from)
    {
        if (!IsWorth(state, offer.Height, state.Tip.Height))
        {
            return false;
        }

        if (_offer is null)
        {
            (_offer, _content, _next) = (offer, new byte[offer.Manifest.Bytes], 0);
            _sources.Clear();
            _sources.Add(from);
            Ask(from);
            return true;
        }

        if (_offer.Manifest.Equals(offer.Manifest))
        {
            _sources.Add(from);
        }

        return false;
    }

    /// <summary>ST7: one piece at a time; a peer that does not deliver in time loses the request to the next. When none
    /// delivers, the snapshot is too old to be had: the transfer ends, and blocks or the next offer take its place.
    /// </summary>
    public void AskIfLate()
    {
        if (_request is { } request && state.Now >= request.At + RequestTime)
        {
            // The blocks below may have come meanwhile.
            if (_offer!.Height <= state.Tip.Height || ++_silences > 2 * _sources.Count)
            {
                End();
                return;
            }

            Ask(_sources.FirstOrDefault(s => s.CompareTo(request.Peer) > 0, _sources.Min));
        }
    }

    /// <summary>ST8: a piece that is not the one of the manifest is a lie: its sender is dropped, and the piece asked
    /// of another one.</summary>
    public void OnChunk(ChunkResponse chunk, ReplicaId from)
    {
        if (_offer is not { } offer || chunk.Height != offer.Height || chunk.Index != _next
            || !_sources.Contains(from))
        {
            return;
        }

        (int offset, int bytes) = offer.Manifest.PlaceOf(_next);
        if (chunk.Content.Length != bytes || Digest.Sha256(chunk.Content.Span) != offer.Manifest.Chunks[_next])
        {
            Drop(from);
            return;
        }

        chunk.Content.Span.CopyTo(_content.AsSpan(offset));
        _next++;
        _silences = 0;
        if (_next < offer.Manifest.Chunks.Length)
        {
            Ask(from);
        }
        else
        {
            Install(offer);
        }
    }

    private void Ask(ReplicaId peer)
    {
        _request = (peer, state.Now);
        state.Out.Add(new Send(peer, new ChunkRequest(_offer!.Height, (ushort)_next)));
    }

    private void Drop(ReplicaId liar)
    {
        _sources.Remove(liar);
        state.Out.Add(new DropPeer(liar, $"piece {_next} of the state at {_offer!.Height} is not the certified one"));
        if (_sources.Count == 0)
        {
            End();
        }
        else
        {
            Ask(_sources.Min);
        }
    }

    // ST9: the application takes the state only where it has the root that the certified block names.
    private void Install(SnapshotOffer offer)
    {
        byte[] content = _content;
        End();
        if (offer.Height <= state.Tip.Height)
        {
            return;
        }

        if (state.Application.Restore(offer.Manifest.Tip, content) is { } fault)
        {
            throw new ApplicationDivergedException(offer.Manifest.Tip, fault);
        }

        state.Out.Add(new SnapshotInstalled(offer, new ByteString(content)));
        state.MoveTo(offer.Manifest.Tip, offer.Commit);
    }

    private void End()
    {
        (_offer, _content, _request, _silences) = (null, [], null, 0);
        _sources.Clear();
    }
}
