using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <param name="Payload">Bytes of each note.</param>
/// <param name="InFlight">Transactions submitted and not yet committed, of all senders together.</param>
/// <param name="Seconds">Length of the measurement, after the warm-up.</param>
/// <param name="Senders">Members that send, each over a connection of its own.</param>
public sealed record ConsensusLoadOptions(int Validators, int Payload, int InFlight, int Seconds, int Senders)
{
    public const int InFlightMax = 20_000;
    public const int SecondsMax = 3600;
    public const int SendersMax = 16;

    /// <summary>Compilers and connections get warm.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
}

/// <param name="TransactionsPerSecond">Committed within the measurement, seen in verified blocks by their sender.
/// </param>
public sealed record ConsensusLoadResult(
    int Validators, int Payload, int InFlight, int Senders, double Seconds, long Committed,
    double TransactionsPerSecond, double P50Ms, double P99Ms, int Cores);

/// <summary>A closed loop against real validators: each of the lanes submits a note, waits until it stands in a
/// verified block, and submits the next.</summary>
public sealed class ConsensusLoad
{
    private readonly ConsensusLoadOptions _options;
    private readonly List<double> _latencies = [];
    private readonly Lock _gate = new();
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
        await network.StartAsync(Enumerable.Range(1, options.Validators).Select(network.Validator), cancellation);
        var clients = new List<ChainDoor>();
        try
        {
            for (int i = 1; i <= options.Senders; i++)
            {
                clients.Add(ChainDoor.Open(work.Path, MemberNames.Hospital(i)));
            }

            return await new ConsensusLoad(options).MeasureAsync(clients, cancellation);
        }
        finally
        {
            foreach (ChainDoor client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private async Task<ConsensusLoadResult> MeasureAsync(List<ChainDoor> clients, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] lanes =
        [
            .. Enumerable.Range(0, _options.InFlight)
                .Select(i => LaneAsync(clients[i % clients.Count].Chain, stop.Token)),
        ];
        Task all = Task.WhenAll(lanes);
        await PassAsync(all, ConsensusLoadOptions.WarmUp);
        _measuring = true;
        long started = Stopwatch.GetTimestamp();
        await PassAsync(all, TimeSpan.FromSeconds(_options.Seconds));
        _measuring = false;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await all.ContinueWith(_ => { }, TaskScheduler.Default);
        cancellation.ThrowIfCancellationRequested();
        return Result(seconds);
    }

    /// <summary>The measurement is a stretch of time; a lane that fails ends it.</summary>
    private static async Task PassAsync(Task lanes, TimeSpan length)
    {
        try
        {
            await lanes.WaitAsync(length);
        }
        catch (TimeoutException) when (!lanes.IsCompleted)
        {
            // The time has passed and the lanes are still at work: as it should be.
        }
    }

    private async Task LaneAsync(IChainClient client, CancellationToken cancellation)
    {
        var content = new byte[_options.Payload];
        while (!cancellation.IsCancellationRequested)
        {
            RandomNumberGenerator.Fill(content);
            long sent = Stopwatch.GetTimestamp();
            await client.SubmitAsync(new NoteBody(new ByteString(content.ToArray())), cancellation);
            if (_measuring)
            {
                lock (_gate)
                {
                    _latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }
        }
    }

    private ConsensusLoadResult Result(double seconds)
    {
        lock (_gate)
        {
            _latencies.Sort();
            return new ConsensusLoadResult(
                _options.Validators, _options.Payload, _options.InFlight, _options.Senders, Math.Round(seconds, 2),
                _latencies.Count, Math.Round(_latencies.Count / seconds, 1), Percentile.Of(_latencies, 50),
                Percentile.Of(_latencies, 99), Environment.ProcessorCount);
        }
    }
}
