using System.Collections.Immutable;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

[Flags]
public enum Lie
{
    None = 0,

    /// <summary>As primary it sends no pre-prepare and no new-view.</summary>
    SilentPrimary = 1,

    /// <summary>Says nothing at all.</summary>
    Mute = 2,

    /// <summary>Keeps commit votes from half of the peers.</summary>
    WithheldCommits = 4,

    /// <summary>Two blocks for one height, and votes for both.</summary>
    Equivocation = 8,

    /// <summary>View changes, correctly signed, that hide what was prepared and committed.</summary>
    ForgedViewChange = 16,

    /// <summary>Two new-views for one view, each from another set of view changes.</summary>
    TwoNewViews = 32,

    /// <summary>Sends old messages of everyone again, stale new-views among them.</summary>
    Replay = 64,

    /// <summary>Asks for far views out of turn.</summary>
    FarViews = 128,

    /// <summary>Runs twice with one key; each twin speaks to another half of the peers.</summary>
    Twins = 256,

    /// <summary>As primary of a later view it proposes other blocks than those carried over, to everyone.</summary>
    Overwrite = 512,

    /// <summary>As primary it never proposes the requests of some clients.</summary>
    Censorship = 1024,

    /// <summary>Serves pieces of a state that are not those of the checkpoint.</summary>
    FalseState = 2048,
}

/// <summary>Directed links that are cut for a time.</summary>
public sealed record Cut(long FromMs, long ToMs, UInt128 Senders, UInt128 Receivers, int FlapMs)
{
    public bool Holds(long now, int from, int to) =>
        now >= FromMs && now < ToMs
        && (Senders >> from & 1) == 1 && (Receivers >> to & 1) == 1
        && (FlapMs == 0 || now / FlapMs % 2 == 0);
}

/// <summary>The clock of a replica is set forward.</summary>
public sealed record ClockJump(long AtMs, int Replica, long ByMs);

/// <summary>The process of a replica stands still (SIGSTOP): what is sent to it arrives when it thaws.</summary>
public sealed record Freeze(long FromMs, long ToMs, int Replica);

/// <summary>A replica is killed and started again.</summary>
public sealed record Kill(long FromMs, long ToMs, int Replica);

/// <summary>Everything about a run that its seed decides.</summary>
public sealed record Scenario
{
    public required ulong Seed { get; init; }

    public required int Replicas { get; init; }

    public int WindowHeights { get; init; } = 4;

    public int CompactEveryHeights { get; init; } = 5;

    public ImmutableDictionary<int, Lie> Liars { get; init; } = ImmutableDictionary<int, Lie>.Empty;

    public double Loss { get; init; }

    /// <summary>Chance that a vote of this phase, or a pre-prepare, is lost, besides <see cref="Loss"/>: what makes
    /// some replicas commit and others not.</summary>
    public double PrePrepareLoss { get; init; }

    public double PrepareLoss { get; init; }

    public double CommitLoss { get; init; }

    public double Duplication { get; init; }

    public int DelayMsMin { get; init; } = 1;

    public int DelayMsMax { get; init; } = 10;

    /// <summary>Chance that a message is held up for up to half a second.</summary>
    public double Stragglers { get; init; }

    public ImmutableArray<Cut> Cuts { get; init; } = [];

    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    public ImmutableArray<Kill> Kills { get; init; } = [];

    /// <summary>Chance that an honest replica crashes while carrying out the effects of a step.</summary>
    public double CrashPerStep { get; init; }

    /// <summary>Crash at exactly this effect of all effects of honest replicas, counted from 1; 0 for none.</summary>
    public int CrashAtEffect { get; init; }

    /// <summary>Interval in which hosts pass waiting requests on to each other.</summary>
    public int GossipMs { get; init; } = 700;

    public int Requests { get; init; } = 12;

    public int RequestsPerBlockMax { get; init; } = SimBlock.RequestsMax;

    /// <summary>Requests come in this many bursts; 0 for one by one.</summary>
    public int Bursts { get; init; }

    public double LossOf(ConsensusMessage message) => message switch
    {
        PrePrepare => PrePrepareLoss,
        Vote { Phase: VotePhase.Prepare } => PrepareLoss,
        Vote => CommitLoss,
        _ => 0,
    };

    /// <summary>When cuts, loss and crashes end.</summary>
    public long HealMs { get; init; } = 15_000;

    /// <summary>All honest replicas must have committed everything this long after the healing.</summary>
    public long LivenessMs { get; init; } = 60_000;

    /// <summary>Constant clock errors, one for each replica; empty for none.</summary>
    public ImmutableArray<long> SkewMs { get; init; } = [];

    /// <summary>A process that stood still sees its clock jump. Hosts give a replica elapsed time, which nobody sets
    /// back.</summary>
    public ImmutableArray<ClockJump> ClockJumps { get; init; } = [];

    /// <summary>How much faster than true time each clock runs, in thousandths; empty for none.</summary>
    public ImmutableArray<int> DriftPerMille { get; init; } = [];

    /// <summary>Chance that the write-ahead log is gone after a crash; only of replicas within the f that may
    /// fail.</summary>
    public double LogLoss { get; init; }

    /// <summary>Chance that the whole data folder is gone after a crash; only of replicas within the f that may
    /// fail.</summary>
    public double FolderLoss { get; init; }

    public int CheckpointEveryHeights { get; init; } = 256;

    public int SnapshotBehindHeights { get; init; } = 1_024;

    public int ViewChangeSpreadHeights { get; init; } = ConsensusLimits.ViewChangeSpreadHeights;

    public bool ThroughCodec { get; init; }

    public static Scenario FromSeed(ulong seed)
    {
        var rng = new Rng(seed);
        int n = rng.Pick(4, 4, 4, 4, 4, 4, 7, 7, 7, rng.Pick(10, 13));
        long heal = rng.Pick(3_000, 8_000, 15_000);
        bool isCrashy = rng.Chance(0.5);
        int window = rng.Pick(1, 2, 4, 8);
        return new Scenario
        {
            Seed = seed,
            Replicas = n,
            WindowHeights = window,
            CompactEveryHeights = rng.Pick(1, 3, 128),
            Liars = ChooseLiars(rng, Quorum.Of(n)),
            Loss = rng.Pick(0, 0, 0.01, 0.05, 0.2, 0.4),
            PrePrepareLoss = rng.Pick(0, 0, 0.3, 0.6),
            PrepareLoss = rng.Pick(0, 0, 0.3, 0.6),
            CommitLoss = rng.Pick(0, 0, 0.4, 0.7, 0.9),
            GossipMs = rng.Pick(30, 100, 700),
            Bursts = rng.Pick(0, 1, 3, 8),
            RequestsPerBlockMax = rng.Pick(1, 1, 2, SimBlock.RequestsMax),
            Duplication = rng.Pick(0, 0, 0.05, 0.3),
            DelayMsMin = rng.Pick(0, 1, 5),
            DelayMsMax = rng.Pick(5, 10, 50, 300),
            Stragglers = rng.Pick(0, 0, 0.02, 0.1),
            Cuts = [.. Enumerable.Range(0, rng.Pick(0, 2, 5, 12)).Select(_ => ChooseCut(rng, n, heal))],
            CrashPerStep = isCrashy ? rng.Pick(0.001, 0.005, 0.02) : 0,
            Requests = rng.Between(1, 30),
            HealMs = heal,
            SkewMs = rng.Chance(0.3)
                ? [.. Enumerable.Range(0, n).Select(_ => (long)rng.Between(-3_600_000, 3_600_000))]
                : [],
            ThroughCodec = rng.Chance(0.1),
            ClockJumps = [.. Enumerable.Range(0, rng.Pick(0, 0, 0, 2, 6)).Select(_ => ChooseJump(rng, n, heal))],
            DriftPerMille = rng.Chance(0.2) ? [.. Enumerable.Range(0, n).Select(_ => rng.Between(-300, 300))] : [],
            LogLoss = rng.Pick(0, 0, 0, 0.5),
            FolderLoss = rng.Pick(0, 0, 0.3, 0.7),
            CheckpointEveryHeights = rng.Pick(1, 2, 5, 256),
            SnapshotBehindHeights = rng.Pick(0, 0, 8),
            ViewChangeSpreadHeights = rng.Pick(2 * window, 64),
        };
    }

    private static ClockJump ChooseJump(Rng rng, int n, long heal) =>
        new(rng.Below((int)heal), rng.Below(n), rng.Pick(rng.Between(100, 3_000), 60_000, 3_600_000));

    private static ImmutableDictionary<int, Lie> ChooseLiars(Rng rng, Quorum quorum)
    {
        var liars = ImmutableDictionary.CreateBuilder<int, Lie>();
        int count = rng.Chance(0.6) ? rng.Between(1, quorum.Faulty) : 0;
        while (liars.Count < count)
        {
            Lie lie = (Lie)(1 << rng.Below(12)) | (Lie)(1 << rng.Below(12));
            liars[rng.Below(quorum.Members)] = lie;
        }

        return liars.ToImmutable();
    }

    private static Cut ChooseCut(Rng rng, int n, long heal)
    {
        long from = rng.Below((int)heal);
        long to = from + rng.Pick(rng.Between(50, 500), rng.Between(200, 2_000), rng.Between(200, 8_000));
        UInt128 all = (UInt128.One << n) - 1;
        UInt128 one = UInt128.One << rng.Below(n);
        UInt128 some = rng.Next() & all;
        int flap = rng.Pick(0, 0, rng.Between(50, 1_000));
        return rng.Below(4) switch
        {
            0 => new Cut(from, to, one, all & ~one, flap),
            1 => new Cut(from, to, all & ~one, one, flap),
            2 => new Cut(from, to, some, all & ~some, flap),
            _ => new Cut(from, to, rng.Next() & all, rng.Next() & all, flap),
        };
    }
}
