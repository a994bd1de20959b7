using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Cli;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>An acknowledged transaction and how long it took.</summary>
internal readonly record struct Acknowledged(Receipt Receipt, double Milliseconds);

/// <summary>Clients that submit notes one after another, and remember every acknowledgement.</summary>
internal sealed class Traffic : IAsyncDisposable
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
        Assert.False(Failed, _lanes.FirstOrDefault(l => l.IsFaulted)?.Exception?.ToString());
        return Stopwatch.GetElapsedTime(began);
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
                _acknowledged.Enqueue(new Acknowledged(receipt, Stopwatch.GetElapsedTime(sent).TotalMilliseconds));
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
