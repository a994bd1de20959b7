using System.Collections.Immutable;
using System.Threading.Channels;
using ChainHealth.Consensus;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>Where the replica's effects leave the process.</summary>
internal interface IPeers
{
    void Send(ReplicaId to, ReadOnlySpan<byte> message);

    void Broadcast(ReadOnlySpan<byte> message);

    /// <summary>Answers a peer from the block store, on a thread of its own.</summary>
    void ServeBlocks(ReplicaId to, Height from, int count);

    /// <summary>Answers a peer with a piece of a snapshot, on a thread of its own.</summary>
    void ServeChunk(ReplicaId to, Height height, int index);

    /// <summary>Ends the session with a peer that lied.</summary>
    void Drop(ReplicaId peer, string reason);
}

/// <summary>Runs the replica: one loop feeds it, makes its log durable with one fsync for all inputs of a batch, and
/// only then lets the effects out.</summary>
internal sealed class ReplicaHost
{
    private const int QueueMax = 16_384;
    private const int BatchMax = 256;
    private static readonly TimeSpan TickMin = TimeSpan.FromMilliseconds(1);

    private readonly Channel<HostInput> _inputs = Channel.CreateBounded<HostInput>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true });

    private readonly Replica _replica;
    private readonly LedgerApplication _application;
    private readonly NodeStore _store;
    private readonly IPeers _peers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SnapshotMaker _snapshots;
    private readonly ITimer _timer;
    private readonly Instant _startedAt;
    private readonly long _startedTicks;
    private int _workPosted;
    private bool _isLeading;

    public ReplicaHost(
        Replica replica, LedgerApplication application, NodeStore store, IPeers peers, TimeProvider time,
        ILogger logger)
    {
        _replica = replica;
        _application = application;
        _store = store;
        _peers = peers;
        _time = time;
        _logger = logger;
        _snapshots = new SnapshotMaker(store.Snapshots, logger);
        DiskPace = new DiskPace(time);
        _startedAt = new Instant(time.GetUtcNow().ToUnixTimeMilliseconds());
        _startedTicks = time.GetTimestamp();
        _isLeading = replica.Status is { Mode: ViewMode.Active } status && status.Primary == replica.Self;
        _timer = time.CreateTimer(
            _ => _inputs.Writer.TryWrite(new HostInput(Tick.Instance, null)), null, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>A validator contradicted itself. Called on the consensus loop.</summary>
    public event Action<Equivocation>? EvidenceFound;

    /// <summary>Of the last commit, in the time provider's ticks.</summary>
    public long CommittedAt { get; private set; }

    /// <summary>How long the disk takes to make durable what the loop waits for.</summary>
    public DiskPace DiskPace { get; }

    /// <summary>This node is the primary of an active view: what it is given goes into its next proposal, so that
    /// nobody else needs to be told before.</summary>
    public bool IsLeading => Volatile.Read(ref _isLeading);

    /// <summary>Called from the loop when this node no longer leads: what waits here must reach the next primary.
    /// </summary>
    public Action? LeadEnded { get; init; }

    /// <summary>Called from the loop when requests are passed over: all others must have them.</summary>
    public Action? WorkPassedOver { get; init; }

    /// <summary>Called from the loop when the state came from peers, and blocks before it are missing.</summary>
    public Action? StateFetched { get; init; }

    /// <summary>Waits while the loop is busy: a peer that says much is slowed down, not buffered.</summary>
    public ValueTask PostAsync(Input input, CancellationToken cancellation) =>
        _inputs.Writer.WriteAsync(new HostInput(input, null), cancellation);

    /// <summary>Transactions have arrived; many calls make one input.</summary>
    public void PostWork()
    {
        if (Interlocked.Exchange(ref _workPosted, 1) == 0
            && !_inputs.Writer.TryWrite(new HostInput(WorkArrived.Instance, null)))
        {
            Volatile.Write(ref _workPosted, 0);
        }
    }

    public async Task<ReplicaStatus> StatusAsync(CancellationToken cancellation)
    {
        var question = new TaskCompletionSource<ReplicaStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _inputs.Writer.WriteAsync(new HostInput(null, question), cancellation);
        return await question.Task.WaitAsync(cancellation);
    }

    /// <summary>Until cancelled.</summary>
    /// <exception cref="StoreException">The disk failed; what was acknowledged is safe, the node must stop.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        CommittedAt = _time.GetTimestamp();
        List<Effect> effects = [];
        await using (_timer)
        {
            do
            {
                effects.Clear();
                Step(effects);
                try
                {
                    CarryOut(effects);
                }
                catch (IOException e)
                {
                    throw new StoreException($"the disk failed: {e.Message}", e);
                }

                ArmTimer();
            }
            while (await WaitAsync(cancellation));
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        try
        {
            return await _inputs.Reader.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Step(List<Effect> effects)
    {
        for (int i = 0; i < BatchMax && _inputs.Reader.TryRead(out HostInput next); i++)
        {
            next.Question?.TrySetResult(_replica.Status);
            if (next.Input is not { } input)
            {
                continue;
            }

            if (input is WorkArrived)
            {
                Volatile.Write(ref _workPosted, 0);
            }

            IReadOnlyList<Effect> step = _replica.Step(input, Now());
            effects.AddRange(step);

            // A compaction replaces the log by the state of this step: nothing later may have been appended before.
            // What is discarded may be taken up again by the next step.
            if (step.Any(e => e is CompactLog or Discard))
            {
                return;
            }
        }
    }

    private void CarryOut(List<Effect> effects)
    {
        if (DiskPace.Measure(() => Persist(effects)) is { } slow)
        {
            NodeLog.SlowDisk(_logger, slow);
        }

        bool committed = false;
        foreach (Effect effect in effects)
        {
            committed |= effect is Commit;
            CarryOut(effect);
        }

        if (committed)
        {
            CommittedAt = _time.GetTimestamp();
            if (_application.HasWork(Now()))
            {
                PostWork();
            }
        }
    }

    private void Persist(List<Effect> effects)
    {
        if (effects.OfType<Mark>().LastOrDefault() is { } mark)
        {
            _store.Votes.Write(mark.Upto);
        }

        ByteString[] records = [.. effects.OfType<Persist>().Select(p => p.Record)];
        if (records.Length > 0)
        {
            _store.Log.Append(records);
        }
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Send send:
                _peers.Send(send.To, ConsensusMessageCodec.Encode(send.Message));
                break;
            case Broadcast broadcast:
                _peers.Broadcast(ConsensusMessageCodec.Encode(broadcast.Message));
                break;
            case Commit commit:
                _application.Commit(commit.Proposal, commit.Certificate);
                break;
            case Discard discard:
                _application.Discard(discard.Proposal);
                break;
            case ServeBlocks serve:
                _peers.ServeBlocks(serve.To, serve.From, serve.Count);
                break;
            case PassOnWork:
                WorkPassedOver?.Invoke();
                break;
            case ServeChunk serve:
                _peers.ServeChunk(serve.To, serve.Height, serve.Index);
                break;
            case DropPeer drop:
                _peers.Drop(drop.Peer, drop.Reason);
                break;
            case CompactLog compact:
                Compact(compact.Records);
                break;
            case EvidenceFound found:
                NodeLog.Equivocation(_logger, found.Evidence.Culprit, found.Evidence.First.Height);
                EvidenceFound?.Invoke(found.Evidence);
                break;
            case ViewEntered entered:
                NodeLog.View(_logger, entered.View, entered.Mode);
                Lead(_replica.LeadsIn(entered.View) && entered.Mode == ViewMode.Active);
                break;
            default:
                CarryOutSnapshot(effect);
                break;
        }
    }

    private void CarryOutSnapshot(Effect effect)
    {
        switch (effect)
        {
            case MakeSnapshot:
                _snapshots.Begin(_application.Tip, made => PostAsync(made, CancellationToken.None));
                break;
            case CheckpointReached reached:
                _store.Snapshots.Certify(reached.Stable);
                break;
            case SnapshotInstalled installed:
                _application.Install(installed.Offer, installed.Content);
                NodeLog.StateFetched(_logger, installed.Offer.Height);
                StateFetched?.Invoke();
                break;
            default:
                break;
        }
    }

    private void Lead(bool leads)
    {
        bool led = _isLeading;
        Volatile.Write(ref _isLeading, leads);
        if (led && !leads)
        {
            LeadEnded?.Invoke();
        }
    }

    private void Compact(ImmutableArray<ByteString> records)
    {
        _store.Blocks.Flush();
        _store.Log.Replace(records);
    }

    private void ArmTimer()
    {
        Instant now = Now();
        Instant? due = _replica.Deadline;
        if (_application.TimeToDeadline() is { } left && left > TimeSpan.Zero && !(due < now + left))
        {
            due = now + left;
        }

        TimeSpan wait = due is null ? Timeout.InfiniteTimeSpan : due.Value - now;
        _timer.Change(due is not null && wait < TickMin ? TickMin : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Elapsed time since the start of the process, on top of the clock as it stood then: setting the clock
    /// neither stops the replica's timers nor lets them all fire.</summary>
    private Instant Now() => _startedAt + _time.GetElapsedTime(_startedTicks);
}
