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
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task An_aggregate_that_fails_its_test_is_not_opened(int seed, bool harmful)
    {
        Architecture table = Architectures.TryCreate("mlp", new TensorShape(1, 1, 10), 3, out _)!;
        var scene = new UpdateScene(table, seed, records: 60);
        scene.Updates = [scene.Random(0.2), scene.Random(harmful ? 30 : 0.2), scene.Random(0.2)];
        SharedInput[] shared = [.. scene.Updates.Select((u, h) => Parties.Share(u, h, h % 4))];
        SharedInput pool = scene.SharePool();
        var limits = new CheckLimits { NormMaxMillis = 31_000, AggregateMarginPerMille = 100 };
        Outcome<AggregationResult>[] outcomes = await Parties.OutcomesAsync((s, c) => SecureAggregation.RunAsync(s,
            new AggregationJob([.. shared.Select(i => i.Packages[s.Party])], [5, 9, 6], scene.Global, Digest.Zero)
            {
                Test = new AggregateTest(
                    table, FixedPoint.Default, [new PoolPart(pool.Packages[s.Party], 60)], 60, limits),
            }, c).AsTask(), 1, null);
        Assert.All(outcomes, o => Assert.Equal(harmful, o.Result!.Model is null));
        string[] opened = ["draw seed", "verdict on the aggregate", "weighted sum of accepted updates"];
        Assert.All(outcomes, o => Assert.Equal(opened[..(harmful ? 2 : 3)], o.Openings.Select(x => x.What)));
        Assert.All(outcomes, o => Assert.Equal(1, o.Openings[1].Words));
        long[] mean = [.. scene.Global.Select((g, i) => g + SecureAggregation.RoundedDiv(
            (scene.Updates[0][i] * 5) + (scene.Updates[1][i] * 9) + (scene.Updates[2][i] * 6), 20))];
        Assert.Equal(harmful, scene.Accuracy(mean) < scene.Accuracy(scene.Global) - 0.1);
    }

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
