namespace ChainHealth.Mpc.Tests;

/// <summary>Every operation against plain arithmetic, with exactly the exchanges and bits that SMPC.md states.
/// </summary>
public class OperationTests
{
    private const int Count = 64 * 21;
    private static readonly Random Source = new(11);

    [Fact]
    public async Task Product_is_exact_and_costs_384_bits_and_one_exchange()
    {
        long[] x = Any(), y = Any();
        await CheckAsync(x, y, Products.MultiplyAsync, (a, b) => unchecked(a * b), error: 0, exchanges: 1, bits: 384);
    }

    [Fact]
    public async Task Product_with_truncation_errs_by_one_unit_and_costs_512_bits_and_two_exchanges()
    {
        long[] x = Below(1 << 20), y = Below(1 << 20);
        await CheckAsync(x, y, (s, a, b, c) => Truncation.RunAsync(s, new MultiplyTerms(a, b), a.Length, 16, c),
            (a, b) => (a * b) >> 16, error: 1, exchanges: 2, bits: 512);
    }

    [Theory]
    [InlineData(0, 32, 518)]
    [InlineData(16, 26, 410)]
    [InlineData(16, 20, 302)]
    [InlineData(16, 16, 236)]
    public async Task Comparison_finds_the_sign_and_costs_what_is_stated(int low, int window, int bits)
    {
        long[] x = Below(1L << (low + window - 1));
        x = [.. x.Select(v => Math.Abs(v) < 1L << low ? v + (2L << low) : v)];
        SharedInput input = Parties.Share(x);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, input);
            MpcStatistics before = s.Statistics;
            using ShareVector sign = await Comparison.IsNegativeAsync(s, shared, new Window(low, window), c);
            return (Cost: s.Statistics - before, Bits: await Parties.OpenBitsAsync(s, sign, Count, c));
        });
        Assert.All(results, r => Assert.Equal(x.Select(v => v < 0), r.Bits));
        Assert.All(results, r => Assert.Equal(window > 17 ? 7 : 6, r.Cost.Exchanges));
        Assert.Equal((long)bits * Count, 8 * results.Sum(r => r.Cost.PayloadBytesSent));
    }

    [Fact]
    public async Task Selection_is_exact_and_costs_640_bits_and_two_exchanges()
    {
        long[] x = Below(1L << 40);
        await CheckBitAsync(x, (s, bits, v, c) => Selection.RunAsync(s, bits, PairSum.Of(s, v), c),
            v => v < 0 ? v : 0, 0, 2, 640);
    }

    [Fact]
    public async Task Selection_with_truncation_errs_by_one_unit_and_costs_768_bits_and_three_exchanges()
    {
        long[] x = Below(1L << 40);
        await CheckBitAsync(x, (s, bits, v, c) => Selection.RunTruncatedAsync(s, bits, PairSum.Of(s, v), 16, c),
            v => v < 0 ? v >> 16 : 0, 1, 3, 768);
    }

    [Fact]
    public async Task Maximum_of_two_is_exact_and_costs_1050_bits_and_nine_exchanges()
    {
        long[] x = Below(1L << 39), y = Below(1L << 39);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += Math.Abs(x[i] - y[i]) < 1 << 17 ? 1 << 18 : 0;
        }

        await CheckAsync(x, y, (s, a, b, c) => Pools.LargerAsync(s, a, b, new Window(16, 26), c), Math.Max,
            error: 0, exchanges: 9, bits: 1050);
    }

    [Fact]
    public async Task Opening_costs_256_bits_and_one_exchange()
    {
        long[] x = Any();
        SharedInput input = Parties.Share(x);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            MpcStatistics before = s.Statistics;
            using ShareVector shared = Parties.Input(s, input);
            long[] opened = await Parties.OpenAsync(s, shared, c);
            return (Cost: s.Statistics - before, Opened: opened);
        });
        Assert.All(results, r => Assert.Equal(x, r.Opened));
        Assert.All(results, r => Assert.Equal(1, r.Cost.Exchanges));
        Assert.Equal(256L * Count, results.Sum(r => 8 * r.Cost.PayloadBytesSent));
    }

    private static long[] Any() => [.. Enumerable.Range(0, Count).Select(_ => Source.NextInt64())];

    private static long[] Below(long limit) =>
        [.. Enumerable.Range(0, Count).Select(_ => Source.NextInt64(-limit + 1, limit))];

    private static async Task CheckBitAsync(long[] x,
        Func<MpcSession, ShareVector, ShareVector, CancellationToken, ValueTask<ShareVector>> operation,
        Func<long, long> expected, long error, int exchanges, int bits)
    {
        SharedInput input = Parties.Share(x);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, input);
            using ShareVector sign = await Comparison.IsNegativeAsync(s, shared, new Window(16, 26), c);
            MpcStatistics before = s.Statistics;
            using ShareVector result = await operation(s, sign, shared, c);
            return (Cost: s.Statistics - before, Opened: await Parties.OpenAsync(s, result, c),
                Signs: await Parties.OpenBitsAsync(s, sign, Count, c));
        });
        foreach (var (cost, opened, signs) in results)
        {
            Assert.Equal(exchanges, cost.Exchanges);
            for (int i = 0; i < x.Length; i++)
            {
                long want = Math.Abs(x[i]) >= 1 << 16 ? expected(x[i]) : signs[i] ? x[i] >> (error > 0 ? 16 : 0) : 0;
                Assert.InRange(opened[i] - want, -error, error);
            }
        }

        Assert.Equal((long)bits * Count, 8 * results.Sum(r => r.Cost.PayloadBytesSent));
    }

    private static async Task CheckAsync(long[] x, long[] y,
        Func<MpcSession, ShareVector, ShareVector, CancellationToken, ValueTask<ShareVector>> operation,
        Func<long, long, long> expected, long error, int exchanges, int bits)
    {
        SharedInput first = Parties.Share(x, 1), second = Parties.Share(y, 2, vectorShare: 1);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector a = Parties.Input(s, first), b = Parties.Input(s, second);
            MpcStatistics before = s.Statistics;
            using ShareVector result = await operation(s, a, b, c);
            return (Cost: s.Statistics - before, Opened: await Parties.OpenAsync(s, result, c));
        });
        foreach (var (cost, opened) in results)
        {
            Assert.Equal(exchanges, cost.Exchanges);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.InRange(opened[i] - expected(x[i], y[i]), -error, error);
            }
        }

        Assert.Equal((long)bits * Count, 8 * results.Sum(r => r.Cost.PayloadBytesSent));
    }
}
