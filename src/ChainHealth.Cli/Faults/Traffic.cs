using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>An acknowledged transaction, how long it took and when it came (<see cref="Stopwatch"/>).</summary>
public readonly record struct Acknowledged(Receipt Receipt, double Milliseconds, long At);

/// <summary>Clients that submit notes one after another, and remember every acknowledgement.</summary>
public sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<ChainDoor> _doors = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Acknowledged> _acknowledged = new();
    private readonly List<Task> _lanes = [];

    private Traffic()
    {
    }

    public Acknowledged[] All => [.. _acknowledged];

    /// <param name="lanes">Transactions of each member that are under way at once.</param>
    public static Traffic Start(string folder, int lanes, params string[] members)
    {
        var traffic = new Traffic();
        foreach (string member in members)
        {
            ChainDoor door = ChainDoor.Open(folder, member);
            traffic._doors.Add(door);
            for (int i = 0; i < lanes; i++)
            {
                traffic._lanes.Add(Task.Run(() => traffic.LaneAsync(door.Chain)));
            }
        }

        return traffic;
    }

    /// <summary>Waits until so many more are acknowledged; the answer is how long that took.</summary>
    public async Task<TimeSpan> MoreAsync(int count)
    {
        int wanted = _acknowledged.Count + count;
        long began = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => _acknowledged.Count >= wanted || Failed, $"{count} more acknowledged", Limit);
        if (_lanes.FirstOrDefault(l => l.IsFaulted) is { } failed)
        {
            await failed;
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>When the first acknowledgement after a moment came; waits for it.</summary>
    public async Task<long> NextAfterAsync(long moment)
    {
        long? next = null;
        await Wait.UntilAsync(
            () => Failed || (next = FirstAfter(moment)) is not null, "an acknowledgement after the fault", Limit);
        return next ?? throw new TimeoutException("the load ended");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_lanes).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (ChainDoor door in _doors)
        {
            await door.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private long? FirstAfter(long moment) =>
        _acknowledged.Where(a => a.At > moment).Select(a => (long?)a.At).FirstOrDefault();

    private bool Failed => _lanes.Any(l => l.IsFaulted);

    private async Task LaneAsync(IChainClient chain)
    {
        while (!_stopping.IsCancellationRequested)
        {
            long sent = Stopwatch.GetTimestamp();
            try
            {
                var note = new NoteBody(new ByteString(RandomNumberGenerator.GetBytes(32)));
                Receipt receipt = await chain.SubmitAsync(note, _stopping.Token);
                _acknowledged.Enqueue(new Acknowledged(
                    receipt, Stopwatch.GetElapsedTime(sent).TotalMilliseconds, Stopwatch.GetTimestamp()));
            }
            catch (TimeoutException)
            {
                // Not acknowledged: nothing was promised.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
