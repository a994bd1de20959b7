using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

public sealed class TimeoutTests
{
    [Theory]
    [InlineData(0, 750)]
    [InlineData(10, 750)]
    [InlineData(100, 800)]
    [InlineData(150, 1_200)]
    [InlineData(700, 1_250)]
    public void T8_The_timeout_is_eight_times_what_commits_take_within_its_bounds(int commitMs, int timeoutMs)
    {
        var bench = new Bench();
        ChainTip tip = Bench.Genesis;
        for (byte i = 1; i <= 5; i++)
        {
            Proposal block = TestApplication.Block(tip, i);
            bench.Receive(bench.PrePrepare(block));
            bench.Tick(commitMs);
            bench.CommitBlock(block);
            tip = block.Tip;
        }

        bench.Receive(bench.PrePrepare(TestApplication.Block(tip, 99)));
        Assert.Equal(TimeSpan.FromMilliseconds(timeoutMs), bench.Replica.Status.ViewDeadline - bench.Now);
    }

    [Fact]
    public void T8_Nothing_measured_is_one_second() => Assert.Equal(TimeSpan.FromSeconds(1), Started());

    private static TimeSpan? Started()
    {
        var bench = new Bench();
        bench.Receive(bench.PrePrepare(TestApplication.Block(Bench.Genesis, 1)));
        return bench.Replica.Status.ViewDeadline - bench.Now;
    }
}
