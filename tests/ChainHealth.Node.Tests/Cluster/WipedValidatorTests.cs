using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>A validator whose data folder is gone comes back under load: it takes the state from the others, is silent
/// where it may have voted, and then counts again.</summary>
public sealed class WipedValidatorTests
{
    private const int Lost = 3;

    private static readonly NodeOptions Options = new()
    {
        Replica = new ReplicaOptions
        {
            WindowHeights = 1,
            CheckpointEveryHeights = 4,
            SnapshotBehindHeights = 4,
            CompactEveryHeights = 4,
            ViewChangeSpreadHeights = 2,
        },
    };

    [Fact]
    public async Task A_wiped_validator_takes_the_state_from_the_others_is_silent_for_a_while_and_votes_again()
    {
        await using var cluster = new NodeCluster(Options);
        await OrderAsync(cluster, 6);
        await cluster.StopAsync(Lost);
        Directory.Delete(cluster.StoreOf(Lost), recursive: true);
        await OrderAsync(cluster, 14);
        cluster.Start(Lost);

        // The silence lasts for 12 heights from where the others stood when it heard them.
        await NodeCluster.UntilPolledAsync(() => SilentUpTo(cluster) != VoteMark.Unknown);
        while (cluster[0].View.State.Height <= SilentUpTo(cluster))
        {
            await OrderAsync(cluster, 3);
        }

        await cluster.SettleAsync();
        Assert.True(cluster[Lost].Store.Blocks.Base.Value > 0, "the state came block by block");
        await NodeCluster.UntilPolledAsync(() => cluster[Lost].Store.Blocks.MissingFrom is null);

        // Without validator 3, nothing is ordered unless the one that was wiped votes.
        await cluster.StopAsync(2);
        await cluster.SubmitAsync(0, "hospital-1", Note(99));
        await cluster.StopAsync(Lost);
        cluster.Start(Lost);
        await cluster.SubmitAsync(1, "hospital-1", Note(100));
        Assert.Equal(default, cluster[Lost].Store.Blocks.Base);
        await cluster.StopAsync(Lost);
        Assert.Empty(StoreAudit.Run(cluster.StoreOf(Lost), cluster.Genesis).Faults);
    }

    private static Height SilentUpTo(NodeCluster cluster) => cluster[Lost].Store.Votes.Value.SilentUpTo;

    private static async Task OrderAsync(NodeCluster cluster, byte notes)
    {
        for (byte i = 0; i < notes; i++)
        {
            await cluster.SubmitAsync(i % 3, "hospital-1", Note(i));
        }
    }

    private static NoteBody Note(byte content) => new(new ByteString([content]));
}
