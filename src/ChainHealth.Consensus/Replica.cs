using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>One PBFT replica as a pure machine (Castro and Liskov, OSDI'99; rules in PROTOCOL.md). It is told inputs
/// and the time and answers with effects; it owns no clock, socket or file. Not for concurrent use.</summary>
public sealed class Replica
{
    private readonly ReplicaState _state;
    private readonly Ordering _ordering;
    private readonly Agreement _agreement;
    private readonly ViewChanger _viewChanger;
    private readonly CatchUp _catchUp;
    private readonly Timetable _timetable;
    private readonly EarlyMessages _early;
    private readonly CheckpointTable _checkpoints;
    private View _served;

    private Replica(ReplicaSetup setup, RestorePoint point)
    {
        _state = new ReplicaState(setup, point.Tip, point.Certificate);
        _checkpoints = new CheckpointTable(_state) { Stable = point.Checkpoint };
        var latency = new CommitLatency(setup.Options);
        _agreement = new Agreement(_state, _checkpoints, latency);
        _ordering = new Ordering(_state, _agreement);
        _catchUp = new CatchUp(_state, _agreement, _checkpoints);
        _viewChanger = new ViewChanger(_state, _catchUp);
        _timetable = new Timetable(_state, _catchUp, _viewChanger, latency);
        _early = new EarlyMessages((int)_state.ReachHeights);
        _state.Mark = point.Mark;
        if (point.Tip.Height < point.Mark.SilentUpTo)
        {
            Forget(point.Mark);
        }

        Restoration.Replay(_state, _viewChanger, point.Records);
        _served = _state.Slots.View;
    }

    public ReplicaId Self => _state.Setup.Self;

    /// <summary>When <see cref="Tick"/> is due. At once after a start: the first tick tells the peers where we stand.
    /// </summary>
    public Instant? Deadline => _timetable.Next;

    /// <summary>Where it stands and, if it stands still, why.</summary>
    public ReplicaStatus Status => StatusReport.Of(_state, _catchUp, _viewChanger, _timetable);

    /// <summary>A mark above all votes of the log: for a host whose mark was lost and whose log was not.</summary>
    public VoteMark MarkOfLog => _state.Mark.Raised(
        new Height(_state.Tip.Height.Value + ConsensusLimits.WindowHeightsMax), _state.View);

    /// <summary>Whether we are the primary of this view.</summary>
    public bool LeadsIn(View view) => _state.Setup.Validators.PrimaryOf(view) == Self;

    /// <summary>Starts a replica from what the disk holds; on an empty disk from <see cref="RestorePoint.Genesis"/>.
    /// The application stands at the tip and has no speculative state.</summary>
    /// <exception cref="ArgumentException">The setup contradicts itself.</exception>
    /// <exception cref="InvalidDataException">The log or the tip's certificate is not what this replica wrote.
    /// </exception>
    public static Replica Restore(ReplicaSetup setup, RestorePoint point)
    {
        if (!setup.Validators.Contains(setup.Self))
        {
            throw new ArgumentException($"{setup.Self} is no validator", nameof(setup));
        }

        if (setup.Options.WindowHeights < 1 || setup.Options.WindowHeights > ConsensusLimits.WindowHeightsMax / 2)
        {
            throw new ArgumentException(
                $"the window must be 1 to {ConsensusLimits.WindowHeightsMax / 2} heights", nameof(setup));
        }

        var certified = point.Certificate is { } c ? new ChainTip(c.Height, c.Block) : point.Tip;
        if (certified != point.Tip || (point.Certificate is null && point.Tip.Height.Value != 0))
        {
            throw new InvalidDataException("the certificate is not that of the tip");
        }

        return new Replica(setup, point);
    }

    /// <summary>One input at one time. Effects are to be carried out in list order; see <see cref="Effect"/>.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="now">From a clock that does not run backwards; a step back is taken as standing still.</param>
    public IReadOnlyList<Effect> Step(Input input, Instant now)
    {
        _state.Now = now > _state.Now ? now : _state.Now;
        switch (input)
        {
            case MessageReceived received:
                Take(received.Message);
                break;
            case PeerConnected connected when connected.Peer != _state.Setup.Self:
                _catchUp.Tell(connected.Peer);
                break;
            case SnapshotMade made:
                _checkpoints.OnMade(made);
                break;
            default:
                break;
        }

        if (input is Tick)
        {
            _timetable.Tick();
        }

        Advance();
        _state.Speculation.Sweep(_state.Slots, _state.Out);
        return _state.Out.Take();
    }

    // W2: the view that we may have asked for is awaited, as its promise demands.
    private void Forget(VoteMark mark)
    {
        _state.SilentUpTo = mark.SilentUpTo;
        _state.View = mark.View;
        _state.Mode = mark.View.Value == 0 ? ViewMode.Active : ViewMode.Changing;
    }

    // W3: what was forgotten lies below the tip now, and is decided.
    private void SpeakAgain()
    {
        if (_state.SilentUpTo is null || _state.IsSilent)
        {
            return;
        }

        _state.SilentUpTo = null;
        if (!_state.IsActive)
        {
            _viewChanger.Resume();
        }
    }

    private void Take(Verified message)
    {
        switch (message.Message)
        {
            case PrePrepare m when IsTimely(m.View, m.Proposal.Height, message):
                _ordering.OnPrePrepare(m);
                break;
            case Vote { Phase: VotePhase.Checkpoint } m:
                _checkpoints.OnVote(m);
                break;
            case Vote m when IsTimely(m.View, m.Height, message):
                _agreement.Record(m);
                break;
            case ViewChange m:
                _viewChanger.OnViewChange(m);
                break;
            case NewView m when _viewChanger.OnNewView(m, message.From):
                break;
            case PeerStatus m:
                _catchUp.OnStatus(m, message.From);
                break;
            case BlockRequest m:
                _catchUp.OnBlockRequest(m, message.From);
                break;
            case BlockResponse m:
                _catchUp.OnBlocks(m, message.From);
                break;
            case ProposalRequest m:
                _catchUp.OnProposalRequest(m, message.From);
                break;
            case ProposalResponse m when _state.IsInReach(m.Proposal.Height):
                _ordering.OnProposal(m.Proposal);
                break;
            case SnapshotOffer m:
                _catchUp.OnOffer(m, message.From);
                break;
            case ChunkRequest m:
                _checkpoints.OnRequest(m, message.From);
                break;
            case ChunkResponse m:
                _catchUp.OnChunk(m, message.From);
                break;
            default:
                break;
        }
    }

    // PP2: of this view, and inside the window. Votes of a higher view wait for its new-view; heights beyond the window
    // mean that we are behind.
    private bool IsTimely(View view, Height height, Verified message)
    {
        if (_state.IsAboveReach(height))
        {
            _catchUp.Tell(message.From);
            return false;
        }

        if (view > _state.Slots.View && height > _state.Tip.Height)
        {
            _early.Keep(view, message);
        }

        return view == _state.Slots.View && height > _state.Tip.Height;
    }

    private void Advance()
    {
        bool moved;
        do
        {
            ReplayEarly();
            _agreement.Certify();
            _ordering.FollowParents();
            moved = _agreement.DeliverInOrder();
            _ordering.AcceptInOrder();
            _ordering.Propose();
            _agreement.PrepareInOrder();
            _agreement.Certify();
            moved |= _agreement.DeliverInOrder();
        }
        while (moved);

        _catchUp.AskIfBehind();
        if (_state.HasProgressed)
        {
            _state.HasProgressed = false;
            _viewChanger.Failures = 0;
            _viewChanger.Refresh();
            _timetable.Restart();
        }

        SpeakAgain();
        _timetable.Settle();
        CompactIfDue();
    }

    private void ReplayEarly()
    {
        if (_served == _state.Slots.View)
        {
            return;
        }

        _served = _state.Slots.View;
        _timetable.EnterView();
        foreach (Verified message in _early.Take(_served))
        {
            Take(message);
        }
    }

    private void CompactIfDue()
    {
        if (_agreement.CommitsSinceCompaction >= _state.Options.CompactEveryHeights)
        {
            _agreement.CommitsSinceCompaction = 0;
            _state.Out.Add(new CompactLog(_state.Tip.Height, Restoration.Compact(_state)));
        }
    }
}
