namespace ChainHealth.Client.Tests;

public sealed class BackOffTests
{
    [Fact]
    public void Delays_double_up_to_their_limit_each_with_a_jitter_of_a_quarter()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1000));
        double[] delays = [.. Enumerable.Range(0, 8).Select(_ => backOff.Next().TotalMilliseconds)];
        double[] expected = [100, 200, 400, 800, 1000, 1000, 1000, 1000];
        Assert.All(delays.Zip(expected), d => Assert.InRange(d.First, 0.75 * d.Second, 1.25 * d.Second));
        backOff.Reset();
        Assert.InRange(backOff.Next().TotalMilliseconds, 75, 125);
    }

    [Fact]
    public void Peers_that_lost_their_connection_together_do_not_come_back_together()
    {
        double[] first = [.. Enumerable.Range(0, 100).Select(_ =>
            new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9)).Next().TotalMilliseconds)];
        Assert.True(first.Max() - first.Min() > 250, $"{first.Min()} to {first.Max()} ms");
        Assert.True(first.Distinct().Count() > 90);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once_without_a_fault()
    {
        using var stop = new CancellationTokenSource();
        Task waiting = BackOff.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
