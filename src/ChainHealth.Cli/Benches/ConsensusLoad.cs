using System.Diagnostics;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>A closed loop against real validators: each of the lanes submits a payload, waits until it stands in a
/// block that 2f+1 validators signed, and submits the next.</summary>
public sealed class ConsensusLoad
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly ConsensusLoadOptions _options;
    private readonly List<LoadSample> _samples = [];
    private readonly Lock _gate = new();
    private readonly List<LoadSender> _senders = [];
    private long _started;
    private volatile bool _measuring;

    private ConsensusLoad(ConsensusLoadOptions options) => _options = options;

    /// <summary>Starts the validators in a temporary folder, measures, and leaves nothing behind.</summary>
    public static async Task<ConsensusLoadResult> RunAsync(ConsensusLoadOptions options, CancellationToken cancellation)
    {
        using WorkFolder work = WorkFolder.Create(null, false);
        int hospitals = Math.Max(3, options.Senders);
        LocalNetwork.Create(work.Path, "bench", options.Validators, hospitals);
        await using var supervisor = new Supervisor();
        var network = new LocalNetwork(work.Path, supervisor);
        await Task.WhenAll(Enumerable.Range(1, options.Validators)
            .Select(i => supervisor.StartAsync(Quiet(network.Validator(i)), ReadyLimit, cancellation)));
        var load = new ConsensusLoad(options);
        try
        {
            for (int i = 1; i <= options.Senders; i++)
            {
                load._senders.Add(new LoadSender(MemberIdentity.Load(work.Path, MemberNames.Hospital(i))));
            }

            MemberIdentity observer = MemberIdentity.Load(work.Path, MemberNames.Provider);
            await using var watch = new BlockWatch(observer, load._senders);
            return await load.MeasureAsync(watch, supervisor, cancellation);
        }
        finally
        {
            foreach (LoadSender sender in load._senders)
            {
                await sender.DisposeAsync();
            }
        }
    }

    private static ChildSpec Quiet(ChildSpec spec) =>
        spec with { Arguments = [.. spec.Arguments, "--log-level", "Warning"] };

    private async Task<ConsensusLoadResult> MeasureAsync(
        BlockWatch watch, Supervisor supervisor, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        PayloadPacker[] packers = _options.Unsigned ? [.. _senders.Select(s => new PayloadPacker(s))] : [];
        Func<byte[], Task>[] doors = _options.Unsigned
            ? [.. packers.Select(p => (Func<byte[], Task>)p.SendAsync)]
            : [.. _senders.Select(s => (Func<byte[], Task>)s.SendAsync)];
        Task[] lanes =
        [
            .. Enumerable.Range(0, _options.InFlight).Select(i => LaneAsync(doors[i % doors.Length], stop.Token)),
        ];
        Task ended = Task.WhenAny(
            [Task.WhenAny(lanes).Unwrap(), supervisor.Failed, .. _senders.Select(s => s.Refused)]);
        await PassAsync(ended, ConsensusLoadOptions.WarmUp, cancellation);
        (double nodes, double client) before = Cpu(supervisor);
        watch.Restart();
        _started = Stopwatch.GetTimestamp();
        _measuring = true;
        var memory = new MemoryWatch(supervisor);
        Task sampling = memory.RunAsync(TimeSpan.FromSeconds(_options.Seconds), stop.Token);
        if (_options.KillPrimary)
        {
            await PassAsync(ended, TimeSpan.FromSeconds(_options.Seconds / 3.0), cancellation);
            await supervisor.KillAsync(MemberNames.Validator(1));
        }

        TimeSpan left = TimeSpan.FromSeconds(_options.Seconds) - Stopwatch.GetElapsedTime(_started);
        await PassAsync(ended, left, cancellation);
        _measuring = false;
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        (long blocks, TimeSpan gap) = watch.Read();
        (double nodes, double client) = Cpu(supervisor);
        IReadOnlyList<ValidatorMemory> memoryOfEach = memory.Read();
        await stop.CancelAsync();
        await sampling;
        ConsensusLoadResult result = Result(seconds);
        double count = Math.Max(1, result.Committed);
        return result with
        {
            Blocks = blocks,
            LongestGapMs = Math.Round(gap.TotalMilliseconds),
            MemoryBytesMax = memoryOfEach.Max(m => m.PeakBytes),
            Memory = memoryOfEach,
            MemoryOverTime = memory.Largest,
            CpuMicroseconds = Math.Round((nodes - before.nodes) / count, 1),
            ClientCpuMicroseconds = Math.Round((client - before.client) / count, 1),
        };
    }

    /// <summary>Processor time so far, in microseconds.</summary>
    private static (double Nodes, double Client) Cpu(Supervisor supervisor)
    {
        double nodes = 0;
        foreach (int id in supervisor.Running.Values.ToArray())
        {
            using Process process = Process.GetProcessById(id);
            nodes += process.TotalProcessorTime.TotalMicroseconds;
        }

        return (nodes, Environment.CpuUsage.TotalTime.TotalMicroseconds);
    }

    /// <summary>The measurement is a stretch of time; whatever ends the load ends it.</summary>
    private async Task PassAsync(Task ended, TimeSpan length, CancellationToken cancellation)
    {
        await Task.WhenAny(ended, BackOff.WaitAsync(length, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (ended.IsCompleted)
        {
            string why = _senders.FirstOrDefault(s => s.Refused.IsCompleted)?.Refused.Result ?? "a validator ended";
            throw UserError.Failure($"the load ended early: {why}", "see the logs of the validators");
        }
    }

    private async Task LaneAsync(Func<byte[], Task> send, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var content = new byte[_options.Payload];
            Random.Shared.NextBytes(content);
            long sent = Stopwatch.GetTimestamp();
            await send(content).WaitAsync(cancellation);
            if (_measuring)
            {
                lock (_gate)
                {
                    long now = Stopwatch.GetTimestamp();
                    _samples.Add(new LoadSample(
                        Stopwatch.GetElapsedTime(_started, now).TotalSeconds,
                        Stopwatch.GetElapsedTime(sent, now).TotalMilliseconds));
                }
            }
        }
    }

    private ConsensusLoadResult Result(double seconds)
    {
        lock (_gate)
        {
            List<double> latencies = [.. _samples.Select(s => s.Milliseconds).Order()];
            return new ConsensusLoadResult(
                _options.Validators, _options.Payload, _options.InFlight, _options.Senders,
                _options.Unsigned ? "packed" : "signed", Math.Round(seconds, 2), latencies.Count,
                Math.Round(latencies.Count / seconds, 1), Percentile.Of(latencies, 50), Percentile.Of(latencies, 99),
                0, 0, 0, 0, 0, Environment.ProcessorCount)
            {
                Tenths = LoadTenth.Split(_samples, seconds),
            };
        }
    }
}
