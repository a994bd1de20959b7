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

    /// <summary>The block store on disk.</summary>
    public List<CertifiedProposal> Blocks { get; } = [];

    /// <summary>The write-ahead log on disk.</summary>
    public List<ByteString> Log { get; } = [];

    /// <summary>The vote mark on disk.</summary>
    public VoteMark Marked { get; private set; }

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
        _simulation.Note($"{this} CRASHES with {Log.Count} log records at height {Blocks.Count}");
        Replica = null;
        TickGeneration++;
    }

    public void Restart()
    {
        Application = NewApplication();
        foreach (CertifiedProposal block in Blocks)
        {
            Application.Adopt(Application.Tip, block.Proposal);
            Application.Commit(block.Proposal);
        }

        if (_simulation.LosesLog(this))
        {
            Marked = Marked.AfterLossOfLog();
            Log.Clear();
        }

        Replica = Replica.Restore(
            _setup with { Application = Application },
            new RestorePoint(Application.Tip, Blocks.LastOrDefault()?.Certificate, [.. Log])
            {
                Mark = Marked,
            });
        _simulation.Note($"{this} restarts: {Replica.Status.Explanation}");
        _simulation.ScheduleTick(this);
    }

    private SimApplication NewApplication() => new(
        _simulation.Scenario.RequestsPerBlockMax,
        _simulation.Scenario.Liars.GetValueOrDefault(Index).HasFlag(Lie.Censorship));

    public override string ToString() => Twin == 0 ? $"r{Index}" : $"r{Index}'";

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Mark e:
                Marked = e.Upto;
                break;
            case Persist e:
                Log.Add(e.Record);
                break;
            case Send e:
                _simulation.Send(this, e.To.Value, e.Message);
                break;
            case Broadcast e:
                _simulation.Broadcast(this, e.Message);
                break;
            case Commit e:
                Blocks.Add(new CertifiedProposal(e.Proposal, e.Certificate));
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
                    [.. Blocks.Skip((int)e.From.Value - 1).Take(e.Count)]));
                break;
            case CompactLog e:
                Log.Clear();
                Log.AddRange(e.Records);
                break;
            case EvidenceFound e:
                _simulation.Note($"{this} finds {e.Evidence.Culprit} equivocating at h{e.Evidence.First.Height}");
                _simulation.Checkers.OnEvidence(this, e.Evidence);
                break;
            case ViewEntered e:
                _simulation.Note($"{this} {e.Mode} v{e.View}");
                break;
            default:
                throw new InvalidOperationException($"no host action for {effect.GetType().Name}");
        }
    }
}
