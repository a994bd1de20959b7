using System.Diagnostics;

namespace ChainHealth.Node;

/// <param name="Seed">Runs the same again, byte for byte.</param>
/// <param name="Invariant">Which one does not hold, in one line.</param>
public sealed record Violation(ulong Seed, string Invariant);

/// <summary>What a row of seeds came to.</summary>
/// <param name="Seeds">Runs that were made.</param>
/// <param name="FirstSeed">They are this one and those after it.</param>
/// <param name="SimulatedHours">Time that passed in the clusters.</param>
/// <param name="Minutes">Time that passed here.</param>
/// <param name="MachineMinutes">Processor time of this process.</param>
public sealed record CampaignResult(
    int Seeds, ulong FirstSeed, IReadOnlyList<Violation> Violations, IReadOnlyDictionary<int, int> SeedsOfSize,
    long Heights, long Effects, double SimulatedHours, double Minutes, double MachineMinutes);

/// <summary>Runs seed after seed, on several threads; each run is a cluster in one thread.</summary>
public sealed class Campaign(ulong firstSeed, int seeds, TimeSpan limit, int threads)
{
    private readonly Lock _gate = new();
    private readonly List<Violation> _violations = [];
    private readonly SortedDictionary<int, int> _sizes = [];
    private long _heights;
    private long _effects;
    private long _simulatedMs;
    private int _next;
    private int _done;

    /// <summary>Ends when all seeds have run or the time is up: what has begun is finished.</summary>
    public CampaignResult Run(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(watch, cancellation)))];
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return new CampaignResult(
            _done, firstSeed, [.. _violations.OrderBy(v => v.Seed)], _sizes, _heights, _effects,
            Math.Round(_simulatedMs / 3_600_000.0, 2), Math.Round(watch.Elapsed.TotalMinutes, 2),
            Math.Round((Environment.CpuUsage.TotalTime - before).TotalMinutes, 2));
    }

    private void Work(Stopwatch watch, CancellationToken cancellation)
    {
        while (watch.Elapsed < limit && !cancellation.IsCancellationRequested)
        {
            int turn = Interlocked.Increment(ref _next) - 1;
            if (turn >= seeds)
            {
                return;
            }

            Play(unchecked(firstSeed + (ulong)turn));
        }
    }

    private void Play(ulong seed)
    {
        Scenario scenario = Scenario.FromSeed(seed);
        SimCluster? run = null;
        string? fault = null;
        try
        {
            run = SimCluster.Run(scenario);
        }
        catch (InvariantException e)
        {
            fault = e.Message.Split('\n')[0];
        }

        lock (_gate)
        {
            _done++;
            _sizes[scenario.Replicas] = _sizes.GetValueOrDefault(scenario.Replicas) + 1;
            _heights += run?.Checkers.CommittedHeights ?? 0;
            _effects += run?.Effects ?? 0;
            _simulatedMs += run?.NowMs ?? 0;
            if (fault is not null)
            {
                _violations.Add(new Violation(seed, fault));
            }
        }
    }
}
