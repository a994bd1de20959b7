using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A validator process of the simulation: a replica, its application, and a disk that survives
/// crashes.</summary>
public sealed class SimNode
{
    private readonly SimCluster _simulation;
    private readonly ReplicaSetup _setup;

    public SimNode(SimCluster simulation, int index, int twin)
    {
        _simulation = simulation;
        Index = index;
        Twin = twin;
        Application = NewApplication();
        _setup = simulation.SetupOf(index, Application);
        Replica = Replica.Restore(_setup, RestorePoint.Genesis(SimApplication.Genesis));
    }

    public int Index { get; }

    /// <summary>0, or 1 for the second process that runs with the same key.</summary>
    public int Twin { get; }

    public SimApplication Application { get; private set; }

    /// <summary>Null while crashed.</summary>
    public Replica? Replica { get; private set; }

    public SimDisk Disk { get; } = new();

    /// <summary>The vote mark on disk.</summary>
    public VoteMark Marked => Disk.Mark;

    /// <summary>Sessions of a process whose disk was wiped end with it: what was sent before does not arrive.
    /// </summary>
    public int Session { get; private set; }

    /// <summary>Tick events of an earlier schedule are void.</summary>
    public int TickGeneration { get; set; }

    public void Step(Input input)
    {
        if (Replica is null)
        {
            return;
        }

        IReadOnlyList<Effect> effects = Replica.Step(input, _simulation.ClockOf(Index));
        foreach (Effect effect in effects)
        {
            if (_simulation.CrashesBefore(this))
            {
                Crash();
                return;
            }

            CarryOut(effect);
        }

        _simulation.ScheduleTick(this);
    }

    public void Crash()
    {
        _simulation.Note($"{this} CRASHES with {Disk.Log.Count} log records at height {Disk.Top}");
        Replica = null;
        TickGeneration++;
    }

    public void Restart()
    {
        if (_simulation.LosesFolder(this))
        {
            Disk.Wipe();
            Session++;
        }
        else if (_simulation.LosesLog(this))
        {
            Disk.Mark = Disk.Mark.AfterLossOfLog();
            Disk.Log.Clear();
        }

        Application = FromDisk();
        Replica = Replica.Restore(
            _setup with { Application = Application },
            new RestorePoint(Application.Tip, Disk.TipCertificate, [.. Disk.Log])
            {
                Mark = Disk.Mark,
                Checkpoint = Disk.Certified,
            });
        _simulation.Note($"{this} restarts: {Replica.Status.Explanation}");
        _simulation.ScheduleTick(this);
    }

    private SimApplication NewApplication() => new(
        _simulation.Scenario.RequestsPerBlockMax,
        _simulation.Scenario.Liars.GetValueOrDefault(Index).HasFlag(Lie.Censorship));

    // From the newest snapshot and the blocks after it; where all blocks are there, a replay must come to the same.
    private SimApplication FromDisk()
    {
        SimApplication replayed = New(null);
        if (Disk.Newest is not { } snapshot)
        {
            return replayed;
        }

        SimApplication restored = New(snapshot);
        _simulation.Checkers.Require(
            Disk.Base.Value > 0 || (replayed.Tip, replayed.StateRoot) == (restored.Tip, restored.StateRoot),
            $"I2 {this} has another state from its snapshot than from its blocks");
        return restored;
    }

    private SimApplication New(SimSnapshot? snapshot)
    {
        var application = NewApplication();
        if (snapshot is not null)
        {
            string? fault = application.Restore(snapshot.Manifest.Tip, snapshot.Content);
            _simulation.Checkers.Require(fault is null, $"{this} cannot read its snapshot: {fault}");
            application.Install(snapshot.Manifest.Tip);
        }
        else if (Disk.Base.Value > 0)
        {
            return application;
        }

        foreach (CertifiedProposal block in Disk.From(application.Tip.Height.Next))
        {
            application.Adopt(application.Tip, block.Proposal);
            application.Commit(block.Proposal);
        }

        return application;
    }

    public override string ToString() => Twin == 0 ? $"r{Index}" : $"r{Index}'";

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Mark e:
                Disk.Mark = e.Upto;
                break;
            case Persist e:
                Disk.Log.Add(e.Record);
                break;
            case Send e:
                _simulation.Send(this, e.To.Value, e.Message);
                break;
            case Broadcast e:
                _simulation.Broadcast(this, e.Message);
                break;
            case Commit e:
                Disk.Blocks.Add(new CertifiedProposal(e.Proposal, e.Certificate));
                Application.Commit(e.Proposal);
                _simulation.Note($"{this} commits {e.Proposal.Tip} of v{e.Certificate.View}");
                _simulation.Checkers.OnCommit(this, e);
                break;
            case Discard e:
                Application.Discard(e.Proposal);
                break;
            case PassOnWork:
                _simulation.PassOn(Application.Waiting);
                break;
            case ServeBlocks e:
                _simulation.Send(this, e.To.Value, new BlockResponse(
                    [.. Disk.From(e.From).Take(e.Count)]));
                break;
            case CompactLog e:
                Disk.Log.Clear();
                Disk.Log.AddRange(e.Records);
                break;
            case EvidenceFound e:
                _simulation.Note($"{this} finds {e.Evidence.Culprit} equivocating at h{e.Evidence.First.Height}");
                _simulation.Checkers.OnEvidence(this, e.Evidence);
                break;
            case ViewEntered e:
                _simulation.Note($"{this} {e.Mode} v{e.View}");
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
                SimSnapshot made = Disk.Keep(Application);
                _simulation.AfterWriting(this, new SnapshotMade(made.Manifest, made.Commit));
                break;
            case CheckpointReached e:
                Disk.Certify(e.Stable);
                break;
            case ServeChunk e when Disk.Chunk(e.Height, e.Index) is { } chunk:
                _simulation.Send(this, e.To.Value, new ChunkResponse(e.Height, (ushort)e.Index, chunk));
                break;
            case ServeChunk:
                break;
            case SnapshotInstalled e:
                Disk.BeginAfter(e.Offer, e.Content);
                Application.Install(e.Offer.Manifest.Tip);
                _simulation.Note($"{this} has the state at h{e.Offer.Height}");
                _simulation.Checkers.OnInstalled(this, e.Offer);
                break;
            case DropPeer e:
                _simulation.Note($"{this} drops {e.Peer}: {e.Reason}");
                _simulation.Checkers.Require(_simulation.IsLiar(e.Peer.Value), $"{this} drops honest {e.Peer}");
                break;
            default:
                throw new InvalidOperationException($"no host action for {effect.GetType().Name}");
        }
    }
}
