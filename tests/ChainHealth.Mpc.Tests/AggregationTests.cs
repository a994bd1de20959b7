using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

public class AggregationTests
{
    private static readonly long[] Global = [100, -100, 7, 0, 65536];
    private static readonly long[][] Updates = [[3, 5, -7, 1, 10], [-4, 6, 9, 1, -20], [11, -2, 1, -1, 5]];

    [Fact]
    public async Task The_model_is_the_rounded_weighted_mean_bit_for_bit()
    {
        int[] weights = [3, 1, 2];
        var results = await RunAsync(weights, Updates);
        long[] expected = [.. Global.Select((g, i) => g + SecureAggregation.RoundedDiv(
            Updates.Select((u, h) => u[i] * weights[h]).Sum(), 6))];
        Assert.All(results, r => Assert.Equal(expected, r.Model));
        Assert.Single(results.Select(r => r.Transcript).Distinct());
        Assert.All(results, r => Assert.Equal(1, r.Statistics.Exchanges));
    }

    [Fact]
    public async Task Fewer_than_three_updates_are_never_opened() => await Assert.ThrowsAnyAsync<ArgumentException>(
        () => RunAsync([1, 1], Updates[..2]));

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(-5, 2, -3)]
    [InlineData(4, 3, 1)]
    [InlineData(-4, 3, -1)]
    [InlineData(long.MinValue + 1, 1, long.MinValue + 1)]
    [InlineData(0, 9, 0)]
    public void Division_rounds_halves_away_from_zero(long dividend, long divisor, long expected) =>
        Assert.Equal(expected, SecureAggregation.RoundedDiv(dividend, divisor));

    private static Task<AggregationResult[]> RunAsync(int[] weights, long[][] updates)
    {
        SharedInput[] shared = [.. updates.Select((u, h) => Parties.Share(u, h, h % 4))];
        return Parties.RunAsync((s, c) => SecureAggregation.RunAsync(s, new AggregationJob(
            [.. shared.Select(i => i.Packages[s.Party])], weights, Global, Digest.Zero), c).AsTask());
    }
}
