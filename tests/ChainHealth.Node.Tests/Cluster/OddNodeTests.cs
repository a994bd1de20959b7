using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>One of four validators has a wrong clock, or is a build of another version.</summary>
public sealed class OddNodeTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    [InlineData(2, 1)]
    [InlineData(2, -1)]
    public async Task A_validator_whose_clock_jumps_an_hour_stops_nobody_and_keeps_up(int odd, int hours)
    {
        await using var cluster = new NodeCluster();
        await cluster.StopAsync(odd);
        var clock = new JumpingClock();
        cluster.Start(odd, new NodeOptions { Time = clock });
        await cluster.SubmitAsync(1, "hospital-1", Note(1));
        clock.Offset = TimeSpan.FromHours(hours);
        for (byte i = 2; i < 6; i++)
        {
            await cluster.SubmitAsync(1, "hospital-1", Note(i));
        }

        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
        Assert.InRange(states[0].Time.ToDateTimeOffset() - DateTimeOffset.UtcNow,
            TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_validator_of_another_version_is_connected_to_by_nobody_and_stops_nobody()
    {
        await using var cluster = new NodeCluster();
        await cluster.StopAsync(3);
        cluster.Start(3, new NodeOptions { ProtocolVersion = LinkIdentity.CurrentVersion + 1 });
        for (byte i = 1; i < 4; i++)
        {
            await cluster.SubmitAsync(1, "hospital-1", Note(i));
        }

        Assert.Equal(0, (await cluster[3].Health.StatusAsync(CancellationToken.None)).PeersConnected);
        Assert.Equal(default, cluster[3].View.State.Height);
        await cluster.StopAsync(3);
        cluster.Start(3);
        Assert.All(await cluster.SettleAsync(), s => Assert.Equal(3UL, s.TransactionCount));
    }

    private static NoteBody Note(byte content) => new(new ByteString([content]));

    /// <summary>The time of day is off; how time passes is not.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _offsetTicks;

        public TimeSpan Offset
        {
            set => Volatile.Write(ref _offsetTicks, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() =>
            base.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offsetTicks));
    }
}
