using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class OrderingTests
{
    [Fact]
    public async Task Four_nodes_order_notes_alike_and_a_restarted_one_catches_up()
    {
        await using var cluster = new NodeCluster();
        for (byte i = 0; i < 10; i++)
        {
            await cluster.SubmitAsync(i % NodeCluster.Size, "hospital-1", Note(i));
        }

        await cluster.StopAsync(3);
        for (byte i = 0; i < 10; i++)
        {
            await cluster.SubmitAsync(i % 3, "hospital-2", Note(i));
        }

        cluster.Start(3);
        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.Equal(20UL, states[0].TransactionCount);
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
    }

    [Fact]
    public async Task The_others_go_on_without_the_primary()
    {
        await using var cluster = new NodeCluster();
        await cluster.SubmitAsync(1, "hospital-1", Note(1));
        await cluster.StopAsync(0);
        await cluster.SubmitAsync(1, "hospital-1", Note(2));
        cluster.Start(0);
        await cluster.SubmitAsync(2, "hospital-1", Note(3));
        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.Equal(3UL, states[0].TransactionCount);
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
    }

    [Fact]
    public async Task All_stopped_and_started_again_go_on_where_they_were()
    {
        await using var cluster = new NodeCluster();
        await cluster.SubmitAsync(0, "hospital-1", Note(1));
        await cluster.SettleAsync();
        for (int i = 0; i < NodeCluster.Size; i++)
        {
            await cluster.StopAsync(i);
        }

        for (int i = 0; i < NodeCluster.Size; i++)
        {
            cluster.Start(i);
        }

        Assert.All(await cluster.SettleAsync(), s => Assert.Equal(1UL, s.TransactionCount));
        await cluster.SubmitAsync(0, "hospital-1", Note(2));
    }

    private static NoteBody Note(byte content) => new(new ByteString([content]));
}
