using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A whole cluster in one thread. Time is a number; the seed decides everything.</summary>
public sealed class SimCluster
{
    private const long StartMs = 1_000_000_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly List<SimNode> _nodes = [];
    private readonly Dictionary<int, Liar> _liars = [];
    private readonly HashSet<int> _forgetful = [];
    private readonly List<ulong> _requests = [];
    private readonly Rng _rng;
    private readonly MessageVerifier _verifier;
    private readonly Transcript _transcript;
    private long _order;
    private int _effects;

    private SimCluster(Scenario scenario, bool keepsTranscript)
    {
        Scenario = scenario;
        _rng = new Rng(scenario.Seed ^ 0xC0FFEE);
        _transcript = new Transcript(keepsTranscript);
        Validators = SimSignatures.Validators(scenario.Replicas);
        _verifier = new MessageVerifier(Chain, Validators, scenario.ViewChangeSpreadHeights);
        Checkers = new Checkers(this);
        for (int i = 0; i < scenario.Replicas; i++)
        {
            Lie lies = scenario.Liars.GetValueOrDefault(i);
            _nodes.Add(new SimNode(this, i, 0));
            if (lies != Lie.None)
            {
                _liars.Add(i, new Liar(this, i, lies, _rng.Fork()));
            }

            if (lies.HasFlag(Lie.Twins))
            {
                _nodes.Add(new SimNode(this, i, 1));
            }
        }
    }

    public Scenario Scenario { get; }

    public Digest Chain { get; } = new(9, 9, 9, 9);

    public ValidatorSet Validators { get; }

    public Checkers Checkers { get; }

    public long NowMs { get; private set; }

    public int Effects => _effects;

    public string Transcript => _transcript.ToString();

    private bool IsHealed => NowMs >= Scenario.HealMs;

    private IEnumerable<SimNode> Honest => _nodes.Where(n => !IsLiar(n.Index));

    /// <summary>Runs to the end.</summary>
    /// <exception cref="InvariantException">With seed and transcript, where an invariant does not hold.</exception>
    public static SimCluster Run(Scenario scenario, bool keepsTranscript = false)
    {
        var simulation = new SimCluster(scenario, keepsTranscript);
        try
        {
            simulation.Play();
        }
        catch (InvariantException e) when (!keepsTranscript)
        {
            throw new InvariantException($"seed {scenario.Seed}: {e.Message}");
        }
        catch (Exception e)
        {
            throw new InvariantException(
                $"seed {scenario.Seed}: {e.Message}\n{scenario}\n{simulation.Transcript}\n{simulation.Statuses()}");
        }

        return simulation;
    }

    public bool IsLiar(int index) => _liars.ContainsKey(index);

    public Instant ClockOf(int index)
    {
        long skew = Scenario.SkewMs.IsEmpty ? 0 : Scenario.SkewMs[index];
        long drift = Scenario.DriftPerMille.IsEmpty ? 0 : NowMs * Scenario.DriftPerMille[index] / 1_000;
        long jumps = Scenario.ClockJumps.Where(j => j.Replica == index && j.AtMs <= NowMs).Sum(j => j.ByMs);
        return new Instant(StartMs + NowMs + skew + drift + jumps);
    }

    public ReplicaSetup SetupOf(int index, SimApplication application) => new(
        Chain,
        Validators,
        new ReplicaId((byte)index),
        SimSignatures.SignerOf(index),
        application,
        new ReplicaOptions
        {
            WindowHeights = Scenario.WindowHeights,
            CompactEveryHeights = Scenario.CompactEveryHeights,
            CheckpointEveryHeights = Scenario.CheckpointEveryHeights,
            SnapshotBehindHeights = Scenario.SnapshotBehindHeights,
            ViewChangeSpreadHeights = Scenario.ViewChangeSpreadHeights,
        });

    public void Note(string text) => _transcript.Line(NowMs, text);

    /// <summary>The fail point in front of every effect of an honest process.</summary>
    public bool CrashesBefore(SimNode node)
    {
        if (IsLiar(node.Index))
        {
            return false;
        }

        _effects++;
        bool crashes = _effects == Scenario.CrashAtEffect
            || (!IsHealed && Scenario.CrashPerStep > 0 && _rng.Chance(Scenario.CrashPerStep));
        if (crashes)
        {
            After(_rng.Pick(1, 50, 2_000, 10_000), node.Restart);
        }

        return crashes;
    }

    public bool LosesLog(SimNode node) => Loses(node, Scenario.LogLoss, "LOG");

    /// <summary>Log, mark, blocks and snapshots; of the processes that share a liar's key no disk counts.</summary>
    public bool LosesFolder(SimNode node) => Loses(node, Scenario.FolderLoss, "DATA FOLDER");

    // A lost disk is a fault of its replica, and no more than f replicas may have any.
    private bool Loses(SimNode node, double chance, string what)
    {
        bool isWithinBudget = _forgetful.Contains(node.Index)
            || _forgetful.Count + _liars.Count < Validators.Quorum.Faulty;
        bool loses = chance > 0 && !IsLiar(node.Index) && isWithinBudget && _rng.Chance(chance);
        if (loses)
        {
            _forgetful.Add(node.Index);
            Losses++;
            Note($"{node} HAS LOST ITS {what}");
        }

        return loses;
    }

    /// <summary>Disks, or logs, that were lost.</summary>
    public int Losses { get; private set; }

    /// <summary>A snapshot becomes durable while the replica goes on.</summary>
    public void AfterWriting(SimNode node, SnapshotMade made)
    {
        Replica? writer = node.Replica;
        After(_rng.Below(50), () =>
        {
            if (ReferenceEquals(node.Replica, writer))
            {
                node.Step(made);
            }
        });
    }

    public void ScheduleTick(SimNode node)
    {
        int generation = ++node.TickGeneration;
        if (node.Replica?.Deadline is { } due)
        {
            After(Math.Max(1, due.UnixMs - ClockOf(node.Index).UnixMs), () => WhenThawed(node.Index, () =>
            {
                if (node.TickGeneration == generation)
                {
                    node.Step(Tick.Instance);
                }
            }));
        }
    }

    public void Broadcast(SimNode from, ConsensusMessage message)
    {
        for (int to = 0; to < Scenario.Replicas; to++)
        {
            if (to != from.Index)
            {
                Send(from, to, message);
            }
        }
    }

    public void Send(SimNode from, int to, ConsensusMessage message)
    {
        Checkers.OnSent(from, message);
        if (!_liars.TryGetValue(from.Index, out Liar? liar))
        {
            Transmit(from.Index, to, message);
        }
        else if (liar.IsForTwin(from.Twin, to, NowMs))
        {
            foreach (ConsensusMessage said in liar.Say(from, to, message))
            {
                Transmit(from.Index, to, said);
            }
        }
    }

    private void Transmit(int from, int to, ConsensusMessage message)
    {
        int copies = 1 + (!IsHealed && _rng.Chance(Scenario.Duplication) ? 1 : 0);
        for (int i = 0; i < copies; i++)
        {
            if (IsLost(from, to, message))
            {
                _transcript.Line(NowMs, $"r{from} -> r{to} LOST {Describe(message)}");
                continue;
            }

            int session = SessionOf(to);
            After(Delay(), () => WhenThawed(to, () =>
            {
                if (SessionOf(to) == session)
                {
                    Deliver(from, to, message);
                }
            }));
        }
    }

    private int SessionOf(int index) => _nodes.First(n => n.Index == index).Session;

    private void Deliver(int from, int to, ConsensusMessage message)
    {
        if (Scenario.ThroughCodec)
        {
            message = ConsensusMessageCodec.Decode(ConsensusMessageCodec.Encode(message), out string? wire)
                ?? throw new InvariantException($"codec: {wire}");
        }

        _transcript.Line(NowMs, $"r{from} -> r{to} {Describe(message)}");
        Verified? verified = _verifier.Verify(new ReplicaId((byte)from), message, out string? fault);
        if (verified is null)
        {
            Checkers.Require(IsLiar(from), $"honest r{from} sends what does not verify: {fault}");
            return;
        }

        if (_liars.TryGetValue(to, out Liar? liar))
        {
            liar.Remember(message);
        }

        foreach (SimNode node in _nodes)
        {
            if (node.Index == to && (liar is null || liar.IsForTwin(node.Twin, from, NowMs)))
            {
                node.Step(new MessageReceived(verified));
            }
        }
    }

    private void Play()
    {
        foreach (SimNode node in _nodes)
        {
            ScheduleTick(node);
        }

        for (int i = 0; i < Scenario.Requests; i++)
        {
            ulong request = 3 + (7 * (ulong)i);
            int spread = (int)Scenario.HealMs + 500;
            int at = Scenario.Bursts == 0 ? _rng.Below(spread) : spread * (i % Scenario.Bursts) / Scenario.Bursts;
            After(at + _rng.Below(100), () => Submit(request));
        }

        foreach (Kill kill in Scenario.Kills)
        {
            SimNode victim = _nodes.First(n => n.Index == kill.Replica);
            After(kill.FromMs, victim.Crash);
            After(kill.ToMs, victim.Restart);
        }

        After(Scenario.GossipMs, Gossip);
        while (!IsDone())
        {
            if (!_events.TryDequeue(out Action? next, out (long At, long Order) when))
            {
                throw new InvariantException("nothing is left to happen");
            }

            NowMs = when.At;
            Checkers.Require(NowMs < Scenario.HealMs + Scenario.LivenessMs, "I5 commits do not resume after healing");
            next();
        }
    }

    /// <summary>Waiting requests that a host gives to all others.</summary>
    public void PassOn(IReadOnlyCollection<ulong> requests)
    {
        ulong[] copy = [.. requests];
        foreach (SimNode node in _nodes)
        {
            After(Delay(), () => Array.ForEach(copy, r => Offer(node, r)));
        }
    }

    private void WhenThawed(int replica, Action happens)
    {
        Freeze? frozen = Scenario.Freezes.FirstOrDefault(
            f => f.Replica == replica && NowMs >= f.FromMs && NowMs < f.ToMs);
        if (frozen is null)
        {
            happens();
        }
        else
        {
            After(frozen.ToMs - NowMs, happens);
        }
    }

    private void Submit(ulong request)
    {
        _requests.Add(request);
        SimNode[] live = [.. Honest.Where(n => n.Replica is not null)];
        if (live.Length == 0)
        {
            After(500, () => Submit(request));
            _requests.RemoveAt(_requests.Count - 1);
            return;
        }

        Offer(live[_rng.Below(live.Length)], request);
    }

    // Stands for the hosts' request gossip: what one honest replica holds reaches all that are up.
    private void Gossip()
    {
        foreach (ulong request in _requests.Where(r => !Honest.All(n => n.Application.HasCommitted(r))))
        {
            foreach (SimNode node in _nodes.Where(n => n.Replica is not null))
            {
                if (IsHealed || _rng.Chance(0.5))
                {
                    Offer(node, request);
                }
            }
        }

        After(Scenario.GossipMs, Gossip);
    }

    private void Offer(SimNode node, ulong request) => WhenThawed(node.Index, () =>
    {
        node.Application.Submit(request);
        node.Step(WorkArrived.Instance);
    });

    private bool IsDone() => IsHealed
        && _requests.Count == Scenario.Requests
        && Honest.All(n => n.Replica is not null && _requests.All(n.Application.HasCommitted))
        && Honest.Select(n => n.Application.Tip).Distinct().Count() == 1;

    private bool IsLost(int from, int to, ConsensusMessage message) => !IsHealed
        && (_rng.Chance(Scenario.Loss)
            || _rng.Chance(Scenario.LossOf(message))
            || Scenario.Cuts.Any(c => c.Holds(NowMs, from, to)));

    private long Delay()
    {
        long delay = _rng.Between(Scenario.DelayMsMin, Math.Max(Scenario.DelayMsMin, Scenario.DelayMsMax));
        return !IsHealed && _rng.Chance(Scenario.Stragglers) ? delay + _rng.Below(500) : delay;
    }

    private void After(long ms, Action happens) => _events.Enqueue(happens, (NowMs + ms, _order++));

    private string Describe(ConsensusMessage message) =>
        _transcript.IsKept ? ChainHealth.Node.Transcript.Describe(message) : "";

    private string Statuses() =>
        string.Join('\n', _nodes.Select(n => $"{n}: {n.Replica?.Status.Explanation ?? "down"}"));
}
