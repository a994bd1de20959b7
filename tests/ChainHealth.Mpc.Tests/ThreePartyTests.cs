using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>Every operation with one seat empty, whichever it is: the results of the four-party protocol at the cost of
/// replicated three-party sharing.</summary>
public class ThreePartyTests
{
    private const int Count = 64 * 5;
    private static readonly Random Source = new(12);

    public static TheoryData<int> EverySeat => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(EverySeat))]
    public async Task Product_is_exact_and_costs_192_bits(int absent)
    {
        long[] x = Any(), y = Any();
        await CheckAsync(absent, x, y, Products.MultiplyAsync, (a, b) => unchecked(a * b), error: 0, 1, bits: 192);
    }

    [Theory]
    [MemberData(nameof(EverySeat))]
    public async Task Product_with_truncation_errs_by_one_unit_and_costs_256_bits(int absent)
    {
        long[] x = Below(1 << 20), y = Below(1 << 20);
        await CheckAsync(absent, x, y,
            (s, a, b, c) => Truncation.RunAsync(s, new MultiplyTerms(a, b), a.Length, 16, c), (a, b) => (a * b) >> 16,
            error: 1, exchanges: 2, bits: 256);
    }

    [Theory]
    [MemberData(nameof(EverySeat))]
    public async Task Maximum_of_two_is_exact(int absent)
    {
        long[] x = Below(1L << 39), y = Below(1L << 39);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += Math.Abs(x[i] - y[i]) < 1 << 17 ? 1 << 18 : 0;
        }

        await CheckAsync(absent, x, y, (s, a, b, c) => Pools.LargerAsync(s, a, b, new Window(16, 26), c), Math.Max,
            error: 0, exchanges: 9, bits: null);
    }

    [Theory]
    [MemberData(nameof(EverySeat))]
    public async Task Selection_and_its_bits_open_as_they_should(int absent)
    {
        long[] x = [.. Below(1L << 40).Select(v => Math.Abs(v) < 1 << 17 ? v + (1 << 18) : v)];
        SharedInput input = Parties.Share(x);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, input);
            using ShareVector sign = await Comparison.IsNegativeAsync(s, shared, new Window(16, 26), c);
            using ShareVector chosen = await Selection.RunTruncatedAsync(
                s, sign, PairSum.Of(s, shared), 16, c);
            return (Signs: await Parties.OpenBitsAsync(s, sign, Count, c),
                Chosen: await Parties.OpenAsync(s, chosen, c));
        }, absent: absent);
        Assert.Equal(3, results.Length);
        foreach (var (signs, chosen) in results)
        {
            Assert.Equal(x.Select(v => v < 0), signs);
            Assert.All(Enumerable.Range(0, Count), i =>
                Assert.InRange(chosen[i] - (x[i] < 0 ? x[i] >> 16 : 0), -1, 1));
        }
    }

    [Theory]
    [MemberData(nameof(EverySeat))]
    public async Task The_check_judges_as_in_the_clear(int absent)
    {
        Architecture architecture = Architectures.TryCreate("lenet", new TensorShape(1, 28, 28), 2, out _)!;
        var scene = new CheckScene(architecture, hospitals: 3, records: 6, seed: 5);
        var policy = new CheckPolicy(6, 50, 300, 200, 0);
        CheckResult[] results = await Parties.RunAsync((s, c) =>
            PoisoningCheck.RunAsync(s, scene.Job(s.Party, policy), c).AsTask(), absent: absent);
        bool[] expected = new PlainTwin(architecture, FixedPoint.Default)
            .Judge(scene.Global, scene.Updates, scene.Images, scene.Labels, policy);
        Assert.Equal(3, results.Length);
        Assert.All(results, r => Assert.Equal(expected, r.Accepted));
        Assert.Single(results.Select(r => r.Transcript).Distinct());
    }

    private static long[] Any() => [.. Enumerable.Range(0, Count).Select(_ => Source.NextInt64())];

    private static long[] Below(long limit) =>
        [.. Enumerable.Range(0, Count).Select(_ => Source.NextInt64(-limit + 1, limit))];

    private static async Task CheckAsync(int absent, long[] x, long[] y,
        Func<MpcSession, ShareVector, ShareVector, CancellationToken, ValueTask<ShareVector>> operation,
        Func<long, long, long> expected, long error, int exchanges, int? bits)
    {
        SharedInput first = Parties.Share(x), second = Parties.Share(y, seed: 8);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector a = Parties.Input(s, first), b = Parties.Input(s, second);
            MpcStatistics before = s.Statistics;
            using ShareVector result = await operation(s, a, b, c);
            return (Cost: s.Statistics - before, Opened: await Parties.OpenAsync(s, result, c));
        }, absent: absent);
        Assert.Equal(3, results.Length);
        foreach (var (cost, opened) in results)
        {
            Assert.Equal(exchanges, cost.Exchanges);
            Assert.All(Enumerable.Range(0, x.Length), i =>
                Assert.InRange(unchecked(opened[i] - expected(x[i], y[i])), -error, error));
        }

        if (bits is { } stated)
        {
            Assert.Equal((long)stated * Count, 8 * results.Sum(r => r.Cost.PayloadBytesSent));
        }
    }
}
