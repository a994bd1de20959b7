using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>Row 23 of the fault list: a disk that is full or may not be written.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private static readonly Digest Chain = Digest.Sha256("chain"u8);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SmallDiskFact]
    public void A_full_disk_is_an_error_and_what_was_durable_is_there_when_there_is_room_again()
    {
        using var disk = new SmallDisk(_folder["disk"], 256);
        int durable = 0;
        using (WriteAheadLog log = WriteAheadLog.Create(_folder["disk"], Chain))
        {
            Action fill = () =>
            {
                for (; ; durable++)
                {
                    log.Append([new ByteString(new byte[5_000])]);
                }
            };
            Assert.ThrowsAny<IOException>(fill);
        }

        Assert.True(durable > 10);
        using (WriteAheadLog again = WriteAheadLog.Open(_folder["disk"], Chain))
        {
            Assert.Equal(durable, again.Records.Length);
        }
    }

    [SmallDiskFact]
    public void A_full_disk_while_the_log_is_written_short_keeps_the_old_log()
    {
        using var disk = new SmallDisk(_folder["disk"], 256);
        using (WriteAheadLog log = WriteAheadLog.Create(_folder["disk"], Chain))
        {
            log.Append([new ByteString(new byte[3])]);
            disk.Fill();
            Assert.ThrowsAny<IOException>(() => log.Replace([new ByteString(new byte[100_000])]));
        }

        using WriteAheadLog old = WriteAheadLog.Open(_folder["disk"], Chain);
        Assert.Equal(3, Assert.Single(old.Records).Length);
    }

    [SmallDiskFact]
    public void A_full_disk_leaves_the_vote_mark_that_was_durable()
    {
        using var disk = new SmallDisk(_folder["disk"], 64);
        using VoteMarkFile file = VoteMarkFile.Create(_folder["disk"], Chain, default);
        disk.Fill();
        file.Write(new Consensus.VoteMark(new Height(64), default));
        using VoteMarkFile? again = VoteMarkFile.TryOpen(_folder["disk"], Chain);
        Assert.Equal(new Height(64), again!.Value.Height);
    }

    [SmallDiskFact]
    public void A_store_on_a_disk_that_may_not_be_written_is_refused_with_its_folder()
    {
        using var disk = new SmallDisk(_folder["disk"], 1024);
        NodeStore.Open(_folder["disk"], Chain, _ => { }).Dispose();
        disk.MakeReadOnly();
        var fault = Assert.Throws<StoreException>(() => NodeStore.Open(_folder["disk"], Chain, _ => { }));
        Assert.Contains($"{_folder["disk"]}:", fault.Message);
    }

    [SmallDiskFact]
    public async Task A_node_whose_disk_is_full_stops_and_says_why_and_comes_back_with_all_blocks()
    {
        await using var cluster = new NodeCluster();
        await cluster.StopAsync(3);
        using var disk = new SmallDisk(cluster.StoreOf(3), 512);
        cluster.Start(3);
        disk.Fill();
        for (byte i = 0; i < 20; i++)
        {
            await cluster.SubmitAsync(0, "hospital-1", new NoteBody(new ByteString(new byte[4_000])));
        }

        var fault = await Assert.ThrowsAsync<StoreException>(() => cluster[3].Failed.WaitAsync(NodeCluster.Patience));
        Assert.Contains("the disk failed", fault.Message);
        await cluster.StopAsync(3);
        disk.MakeRoom();
        cluster.Start(3);
        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
        await cluster.StopAsync(3);
    }
}
