using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Agreement on snapshots: each replica votes for the one that it made, and 2f+1 equal votes are the
/// certificate under which it may be fetched. Rules CP1 to CP4 of PROTOCOL.md.</summary>
internal sealed class CheckpointTable(ReplicaState state)
{
    private const int OfferIntervalMs = 500;
    private const int OpenMax = 4;

    private readonly SortedDictionary<Height, VoteBox> _votes = [];
    private readonly SortedDictionary<Height, SnapshotMade> _made = [];
    private readonly Pace _pace = new(OfferIntervalMs);

    /// <summary>The newest one that 2f+1 replicas vouch for and that we have; null before the first.</summary>
    public SnapshotOffer? Stable { get; set; }

    /// <summary>CP1: after each so many heights the host makes a snapshot. Called for every delivered block.</summary>
    public void OnDelivered(Height height)
    {
        if (height.Value % (ulong)state.Options.CheckpointEveryHeights == 0)
        {
            state.Out.Add(new MakeSnapshot(height));
        }
    }

    /// <summary>CP2: our own snapshot is made; we vote for it. A replica that is silent makes one for itself.</summary>
    public void OnMade(SnapshotMade made)
    {
        if (made.Manifest.Height <= Stable?.Height)
        {
            return;
        }

        _made[made.Manifest.Height] = made;
        TrimTo(OpenMax, _made);
        if (!state.IsSilent)
        {
            Vote vote = Sign(made.Manifest);
            BoxAt(vote.Height).Add(vote, out _);
            state.Out.Add(new Broadcast(vote));
        }

        TryCertify(made.Manifest.Height);
    }

    /// <summary>CP3: votes count at checkpoint heights that we have reached or are about to reach.</summary>
    public void OnVote(Vote vote)
    {
        if (vote.Height.Value % (ulong)state.Options.CheckpointEveryHeights == 0
            && vote.Height > (Stable?.Height ?? default) && !state.IsAboveReach(vote.Height))
        {
            BoxAt(vote.Height).Add(vote, out _);
            TryCertify(vote.Height);
        }
    }

    /// <summary>CP4: a peer that is so far behind that a snapshot costs it less than the blocks is offered ours.
    /// </summary>
    public void OfferTo(ReplicaId peer, Height itsTip)
    {
        if (Stable is { } stable && SnapshotTransfer.IsWorth(state, stable.Height, itsTip)
            && _pace.Allows(peer, state.Now))
        {
            state.Out.Add(new Send(peer, stable));
        }
    }

    /// <summary>The host serves the pieces of its snapshots.</summary>
    public void OnRequest(ChunkRequest request, ReplicaId from) =>
        state.Out.Add(new ServeChunk(from, request.Height, request.Index));

    private void TryCertify(Height height)
    {
        if (!_made.TryGetValue(height, out SnapshotMade? made)
            || BoxAt(height).Winner(state.Quorum) is not { } winner)
        {
            return;
        }

        if (winner != made.Manifest.Hash(state.Setup.Chain))
        {
            throw new ApplicationDivergedException(made.Manifest.Tip, "2f+1 validators have another state there");
        }

        QuorumCertificate checkpoint =
            BoxAt(height).Certificate(state.Setup.Validators.Epoch, winner, state.Quorum);
        Stable = new SnapshotOffer(made.Manifest, checkpoint, made.Commit);
        state.Out.Add(new CheckpointReached(Stable));
        foreach (Height old in _made.Keys.Concat(_votes.Keys).Where(h => h <= height).ToArray())
        {
            _made.Remove(old);
            _votes.Remove(old);
        }
    }

    private Vote Sign(SnapshotManifest manifest)
    {
        Digest hash = manifest.Hash(state.Setup.Chain);
        var subject = new VoteSubject(
            state.Setup.Chain, state.Setup.Validators.Epoch, manifest.Height, default, VotePhase.Checkpoint, hash);
        return new Vote(
            manifest.Height, default, VotePhase.Checkpoint, hash, state.Setup.Self,
            state.Setup.Sign(subject.Hash()));
    }

    private VoteBox BoxAt(Height height)
    {
        if (!_votes.TryGetValue(height, out VoteBox? box))
        {
            _votes.Add(height, box = new VoteBox(state.Quorum.Members));
            TrimTo(OpenMax, _votes);
        }

        return box;
    }

    private static void TrimTo<T>(int max, SortedDictionary<Height, T> table)
    {
        while (table.Count > max)
        {
            table.Remove(table.Keys.First());
        }
    }
}
