using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>What all checks together cost and open.</summary>
public class CheckCostTests
{
    private static readonly CheckLimits All = new()
    {
        NormMinMillis = 10,
        NormMaxMillis = 10_000,
        CosineMinPerMille = -300,
        DuplicateCosinePerMille = 990,
        LeaveOneOutRecords = 8,
        LeaveOneOutMarginPerMille = 200,
        LeaveOneOutRecallMarginPerMille = 900,
        PatchRecords = 8,
        PatchRushPerMille = 900,
    };

    [Fact]
    public async Task All_checks_open_the_seed_and_one_bit_for_each_hospital_and_nothing_else()
    {
        Outcome<CheckResult>[] outcomes = await RunAsync(hospitals: 5, All);
        Assert.All(outcomes, o => Assert.Equal(
            [new OpeningRecord("draw seed", 4), new OpeningRecord("verdicts", 1)], o.Openings));
    }

    [Fact]
    public async Task Exchanges_do_not_grow_with_hospitals_or_pairs_beyond_the_depth_of_a_tree()
    {
        long few = (await RunAsync(hospitals: 5, All))[0].Result!.Statistics.Exchanges;
        long many = (await RunAsync(hospitals: 9, All))[0].Result!.Statistics.Exchanges;
        // The AND over 4 or 8 earlier updates is a tree one level deeper.
        Assert.InRange(many, few, few + 1);
        Assert.InRange(few, 100, 120);
    }

    [Fact]
    public async Task Norms_cosines_duplicates_and_patches_travel_with_the_inference_and_add_four_exchanges()
    {
        long alone = (await RunAsync(hospitals: 5, CheckLimits.Off))[0].Result!.Statistics.Exchanges;
        long all = (await RunAsync(hospitals: 5, All with { LeaveOneOutRecords = 0 }))[0].Result!
            .Statistics.Exchanges;
        Assert.Equal(alone + 4, all);
    }

    [Fact]
    public async Task Norms_cosines_and_duplicates_cost_less_than_a_tenth_of_the_inference()
    {
        long alone = Bytes(await RunAsync(5, CheckLimits.Off));
        long updates = Bytes(await RunAsync(5, new CheckLimits
        {
            NormMinMillis = 10, NormMaxMillis = 10_000, CosineMinPerMille = -300, DuplicateCosinePerMille = 990,
        }));
        long all = Bytes(await RunAsync(5, All));
        Assert.InRange(updates, alone, alone * 1.1);
        Assert.InRange(all, updates, alone * 2);
    }

    [Fact]
    public void Whatever_passes_the_norm_stays_within_the_bounds_of_the_range_analysis()
    {
        Architecture architecture = Architectures.TryCreate("strided", new TensorShape(1, 28, 28), 2, out _)!;
        var random = new Random(3);
        long[] global = CheckScene.Weights(architecture, random, 1);
        var range = new RangeAnalysis(FixedPoint.Default, 10, 2);
        PlacedLayer[] linear = [.. architecture.Layers.Where(l => l.Spec.Parameters > 0)];
        double bound = 0;
        foreach (PlacedLayer layer in linear)
        {
            bound = range.Add(layer, global);
        }

        Assert.NotNull(Circuit.TryPlan(architecture, FixedPoint.Default, global, out _, 10));
        double worst = 0;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            double[] split = [.. linear.Select(_ => random.NextDouble())];
            double total = Math.Sqrt(split.Sum(s => s * s));
            double value = 2;
            for (int l = 0; l < linear.Length; l++)
            {
                value *= Gain(linear[l], global, 10 * split[l] / total);
            }

            worst = Math.Max(worst, value);
        }

        Assert.InRange(worst, bound / 1000, bound);
    }

    /// <summary>Largest possible answer to inputs of magnitude 1 when the update spends a norm on one row.</summary>
    private static double Gain(PlacedLayer layer, long[] global, double norm)
    {
        int rows = layer.Spec is ConvolutionLayer c ? c.OutChannels : layer.Output.Elements;
        int inner = (layer.Spec.Parameters / rows) - 1;
        return Enumerable.Range(0, rows).Max(row => Enumerable.Range(0, inner).Sum(i => Math.Abs(
            FixedPoint.Default.Decode(global[layer.ParameterOffset + (row * inner) + i]))))
            + (norm * Math.Sqrt(inner));
    }

    [Fact]
    public async Task A_window_of_the_whole_ring_finds_the_sign_of_any_element_in_eight_exchanges()
    {
        long[] x = [long.MinValue, long.MaxValue, -1, 1, 0, -(3L << 40), 3L << 40, 1L << 62];
        SharedInput input = Parties.Share(x);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, input);
            long before = s.Statistics.Exchanges;
            using ShareVector sign = await Comparison.IsNegativeAsync(s, shared, new Window(0, 64), c);
            long exchanges = s.Statistics.Exchanges - before;
            return (Exchanges: exchanges, Bits: await Parties.OpenBitsAsync(s, sign, x.Length, c));
        });
        Assert.All(results, r => Assert.Equal(x.Select(v => v < 0), r.Bits));
        Assert.All(results, r => Assert.Equal(8, r.Exchanges));
    }

    private static long Bytes(Outcome<CheckResult>[] outcomes) =>
        outcomes.Sum(o => o.Result!.Statistics.PayloadBytesSent);

    private static Task<Outcome<CheckResult>[]> RunAsync(int hospitals, CheckLimits limits)
    {
        Architecture architecture = Architectures.TryCreate("strided", new TensorShape(1, 20, 20), 2, out _)!;
        CheckJob[] jobs = MpcBench.Jobs(architecture, hospitals + 1, 32, seed: 1);
        return Parties.OutcomesAsync((s, c) => PoisoningCheck.RunAsync(s, jobs[s.Party] with
        {
            Policy = jobs[s.Party].Policy with { Limits = limits },
            Reference = limits.HasReference ? jobs[s.Party].Updates[0] : null,
        }, c).AsTask(), 1, null);
    }
}
