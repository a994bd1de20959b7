using System.Diagnostics;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <param name="EverySeconds">From the begin of one fault to that of the next.</param>
/// <param name="Seed">Chooses the faults.</param>
public sealed record SoakOptions(int Validators, int Minutes, int EverySeconds, int Seed);

/// <param name="MemoryBytesMax">Largest working set of any validator at any look.</param>
/// <param name="MemoryBytesEarly">Largest of the validator that is never killed, in the first third of the
/// looks.</param>
/// <param name="MemoryBytesLate">The same in the last third.</param>
/// <param name="FilesMax">Most files and sockets that a validator had open at any look.</param>
public sealed record SoakResult(
    int Validators, double Minutes, int Seed, int Faults, int Acknowledged, double GapMsMax, double ResumedMsMax,
    double CaughtUpMsMax, long MemoryBytesMax, long MemoryBytesEarly, long MemoryBytesLate, int FilesMax);

/// <summary>A random fault of at most f validators, or a partition, again and again, under load. After each, all
/// invariants are checked. The last validator is never killed, so that its memory tells of the whole time.</summary>
public sealed class Soak(SoakOptions options)
{
    private readonly Random _random = new(options.Seed);
    private readonly List<FaultCost> _costs = [];
    private readonly List<(long Any, long Oldest, int Files)> _looks = [];

    /// <param name="told">Called with each result when it is there.</param>
    /// <exception cref="InvariantBrokenException">Validators differ, or an acknowledgement is lost.</exception>
    public async Task<SoakResult> RunAsync(Action<FaultCost> told, CancellationToken cancellation)
    {
        using WorkFolder work = WorkFolder.Create(null, false);
        await using FaultNetwork network =
            await FaultNetwork.StartAsync(Path.Combine(work.Path, "network"), options.Validators);
        await using Traffic load = FaultBench.StartLoad(network);
        await load.MoreAsync(200);
        var clock = new FaultClock(network, load);
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(options.Minutes))
        {
            long turn = Stopwatch.GetTimestamp();
            TimeSpan lasts = TimeSpan.FromSeconds(_random.Next(1, Math.Max(2, options.EverySeconds / 2)));
            _costs.Add(await clock.MeasureAsync(Choose(await network.PrimaryAsync()), lasts, cancellation));
            told(_costs[^1]);
            Look(network);
            TimeSpan left = TimeSpan.FromSeconds(options.EverySeconds) - Stopwatch.GetElapsedTime(turn);
            await BackOff.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }

        int third = Math.Max(1, _looks.Count / 3);
        return new SoakResult(
            options.Validators, Math.Round(Stopwatch.GetElapsedTime(began).TotalMinutes, 1), options.Seed,
            _costs.Count, load.All.Length, _costs.Max(c => c.GapMs), _costs.Max(c => c.ResumedMs),
            _costs.Max(c => c.CaughtUpMs), _looks.Max(l => l.Any), _looks.Take(third).Max(l => l.Oldest),
            _looks.TakeLast(third).Max(l => l.Oldest), _looks.Max(l => l.Files));
    }

    private Fault Choose(int primary)
    {
        int n = options.Validators, faulty = (n - 1) / 3;
        int[] mortal = [.. Enumerable.Range(1, n - 1)];
        _random.Shuffle(mortal);
        int[] victims = [.. mortal.OrderBy(v => v == primary && _random.Next(2) == 0 ? 0 : 1).Take(faulty)];
        string who = string.Join(", ", victims.Select(MemberNames.Validator));
        int[] side = mortal[.._random.Next(1, n - 1)];
        string parts = string.Join(", ", side.Select(MemberNames.Validator));
        return _random.Next(8) switch
        {
            0 or 1 => Fault.Killed(who, victims),
            2 => Fault.Killed("all but one", mortal),
            3 => Fault.Frozen(who, victims),
            4 => Fault.Parted($"{parts} apart, silence", LinkFault.Hold, LinkFault.Hold, side),
            5 => Fault.Parted($"{parts} apart, reset", LinkFault.Cut, LinkFault.Cut, side),
            6 => Fault.Parted($"{who} heard and hearing nobody", LinkFault.Hold, LinkFault.Pass, victims),
            _ => Fault.Late(TimeSpan.FromMilliseconds(_random.Next(20, 300))),
        };
    }

    private void Look(FaultNetwork network)
    {
        string oldest = MemberNames.Validator(options.Validators);
        long any = 0, last = 0;
        int files = 0;
        foreach ((string name, int id) in network.Supervisor.Running)
        {
            using Process process = Process.GetProcessById(id);
            any = Math.Max(any, process.WorkingSet64);
            last = name == oldest ? process.WorkingSet64 : last;
            string open = $"/proc/{id}/fd";
            files = Math.Max(files, Directory.Exists(open) ? Directory.EnumerateFileSystemEntries(open).Count() : 0);
        }

        _looks.Add((any, last, files));
    }
}
