using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>A disk that is slow, or fails, under one of four validators.</summary>
public sealed class BadDiskTests
{
    private static readonly NoteBody Note = new(new ByteString([1]));

    [Fact]
    public async Task A_primary_whose_disk_takes_seconds_says_so_and_is_replaced_and_takes_part_when_it_is_fast_again()
    {
        using var disk = new SlowDisk();
        await using var cluster = new NodeCluster();
        await cluster.SubmitAsync(1, "hospital-1", Note);
        await RestartAsync(cluster, disk);
        disk.IsSlow = true;
        Assert.Contains("its disk is slow: a write", await StallAsync(cluster), StringComparison.Ordinal);
        disk.IsSlow = false;
        await cluster.SettleAsync();
        await cluster.StopAsync(2);
        await cluster.SubmitAsync(1, "hospital-1", Note);
        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
    }

    [Fact]
    public async Task A_flush_that_fails_ends_the_node_with_the_reason_and_nothing_is_lost()
    {
        await using var cluster = new NodeCluster();
        await cluster.SubmitAsync(1, "hospital-1", Note);
        await RestartAsync(cluster, new DiskFaults("eio", 1));
        ulong notes = 1;
        do
        {
            // What was ordered before it was back came to it as blocks, without a vote of its own.
            await cluster.SubmitAsync(1, "hospital-1", Note);
            notes++;
        }
        while (!cluster[0].Failed.IsCompleted);
        var fault = await Assert.ThrowsAsync<StoreException>(() => cluster[0].Failed);
        Assert.Equal("the disk failed: Input/output error", fault.Message);
        await RestartAsync(cluster, null);
        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.All(states, s => Assert.Equal(notes, s.TransactionCount));
    }

    private static async Task RestartAsync(NodeCluster cluster, IDiskFaults? faults)
    {
        await cluster.StopAsync(0);
        Disk.Inject(faults);
        cluster.Start(0);
        Disk.Inject(null);
    }

    /// <summary>What the node with the bad disk says of itself, while the others go on, until it is the disk.</summary>
    private static async Task<string> StallAsync(NodeCluster cluster)
    {
        using var limit = new CancellationTokenSource(NodeCluster.Patience);
        string stall = "";
        while (!stall.Contains("disk", StringComparison.Ordinal) && !limit.IsCancellationRequested)
        {
            // Until its links are back it has nothing to write, and is only behind.
            await cluster.SubmitAsync(1, "hospital-1", Note);
            stall = (await cluster[0].Health.StatusAsync(limit.Token)).Stall;
        }

        return stall;
    }

    /// <summary>Each flush takes as long as nobody waits for, until the disk is fast again.</summary>
    private sealed class SlowDisk : IDiskFaults, IDisposable
    {
        private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);
        private readonly ManualResetEventSlim _fast = new(true);

        public bool IsSlow
        {
            set
            {
                if (value)
                {
                    _fast.Reset();
                }
                else
                {
                    _fast.Set();
                }
            }
        }

        public void Pass(PersistPoint point)
        {
            if (point == PersistPoint.BeforeFlush)
            {
                _fast.Wait(FlushTime);
            }
        }

        public void Dispose() => _fast.Dispose();
    }
}
