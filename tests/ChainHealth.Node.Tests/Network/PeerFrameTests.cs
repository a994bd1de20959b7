using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Node.Tests;

/// <summary>What a validator gone mad sends to another one.</summary>
public sealed class PeerFrameTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_validator_that_sends_malformed_frames_is_hung_up_on_each_time_and_the_others_go_on()
    {
        await using var cluster = new NodeCluster();
        await cluster.SubmitAsync(0, "hospital-1", new NoteBody(default));
        await cluster.StopAsync(3);
        foreach ((string name, byte[] frame) in FrameCorpus.PeerFrames)
        {
            using var limit = new CancellationTokenSource(Limit);
            await using SecureConnection connection = await SecureDialer.ConnectAsync(
                cluster.Genesis.Members[0], LinkIdentity.Of(cluster.Member("validator-4")), LinkPurpose.Consensus,
                limit.Token);
            await connection.Stream.WriteAsync(frame, limit.Token);
            Assert.True(await IsClosedAsync(connection, limit.Token), name);
        }

        await cluster.SubmitAsync(1, "hospital-1", new NoteBody(default));
        Assert.Equal(2UL, cluster[1].View.State.TransactionCount);
    }

    private static async Task<bool> IsClosedAsync(SecureConnection connection, CancellationToken limit)
    {
        var answer = new byte[4096];
        try
        {
            while (await connection.Stream.ReadAsync(answer, limit) > 0)
            {
                // What it says to a peer that has just connected.
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
