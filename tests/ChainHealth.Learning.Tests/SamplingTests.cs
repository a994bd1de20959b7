using CsCheck;

namespace ChainHealth.Learning.Tests;

public sealed class SamplingTests
{
    private static readonly int[] Labels =
        [.. Enumerable.Range(0, 1000).Select(i => i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2)];

    [Fact]
    public void The_generator_gives_the_same_numbers_on_every_platform()
    {
        var random = new SeededRandom(42);

        Assert.Equal([1546998764402558742UL, 6990951692964543102UL, 12544586762248559009UL],
            new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() });
    }

    [Fact]
    public void Portable_logarithm_and_exponential_agree_with_the_libraries()
    {
        Gen.Double[-690, 690].Sample(x =>
        {
            double e = PortableMath.Exp(x);
            Assert.Equal(1, e / Math.Exp(x), 1e-11);
            Assert.Equal(x, PortableMath.Log(e), 1e-10);
        });
    }

    [Fact]
    public void Normal_and_gamma_numbers_have_their_means_and_variances()
    {
        var random = new SeededRandom(7);
        double[] normal = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextNormal())];
        double[] small = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextGamma(0.5))];
        double[] large = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextGamma(3))];

        Assert.Equal(0, normal.Average(), 0.03);
        Assert.Equal(1, normal.Average(x => x * x), 0.04);
        Assert.Equal(0.5, small.Average(), 0.03);
        Assert.Equal(3, large.Average(), 0.06);
        Assert.Equal(3, large.Average(x => (x - 3) * (x - 3)), 0.2);
    }

    [Fact]
    public void Every_split_gives_each_record_to_exactly_one_hospital()
    {
        Gen.Select(Gen.Int[1, 20], Gen.ULong, Gen.Double[0.05, 10], Gen.Bool).Sample((hospitals, seed, alpha, iid) =>
        {
            int[][] parts = iid ? HospitalSplit.Iid(Labels, 3, hospitals, seed)
                : HospitalSplit.Dirichlet(Labels, 3, hospitals, alpha, seed);

            Assert.Equal(hospitals, parts.Length);
            Assert.Equal(Enumerable.Range(0, Labels.Length), parts.SelectMany(p => p).Order());
            Assert.All(parts, p => Assert.True(p.Length >= HospitalSplit.RecordsMin));
        });
    }

    [Fact]
    public void The_even_split_is_stratified()
    {
        foreach (int[] part in HospitalSplit.Iid(Labels, 3, 7, 3))
        {
            Assert.InRange(part.Length, 142, 143);
            Assert.InRange(part.Count(p => Labels[p] == 2), 14, 15);
        }
    }

    [Fact]
    public void A_split_is_the_same_for_the_same_seed_and_pinned()
    {
        int[][] parts = HospitalSplit.Dirichlet(Labels, 3, 4, 0.5, 11);

        Assert.Equal(parts, HospitalSplit.Dirichlet(Labels, 3, 4, 0.5, 11));
        Assert.NotEqual(parts, HospitalSplit.Dirichlet(Labels, 3, 4, 0.5, 12));
        Assert.Equal([321, 178, 220, 281], parts.Select(p => p.Length));
        Assert.Equal([322, 956, 218, 246], parts.Select(p => p[0]));
    }

    [Fact]
    public void A_small_alpha_is_more_uneven_than_a_large_one()
    {
        Assert.True(Unevenness(0.1) > Unevenness(1));
        Assert.True(Unevenness(1) > Unevenness(100));

        static double Unevenness(double alpha) => Enumerable.Range(0, 20).Average(seed =>
        {
            int[] sizes = [.. HospitalSplit.Dirichlet(Labels, 3, 5, alpha, (ulong)seed).Select(p => p.Length)];
            return sizes.Max() - sizes.Min();
        });
    }

    [Fact]
    public void Too_few_records_or_hospitals_out_of_range_are_refused()
    {
        Assert.Throws<DatasetException>(() => HospitalSplit.Iid([0, 1], 2, 3, 1));
        Assert.Throws<DatasetException>(() => HospitalSplit.Iid(Labels, 3, 0, 1));
        Assert.Throws<DatasetException>(() => HospitalSplit.Dirichlet(Labels, 3, 5, 0, 1));
        Assert.Throws<DatasetException>(() => HospitalSplit.Dirichlet(Labels, 3, 126, 1, 1));
    }

    [Fact]
    public void The_validation_pool_is_balanced_as_far_as_the_classes_reach()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");

        Assert.Equal([25, 25], ValidationPool.Select(wdbc, 50, 1).CountPerClass());
        Assert.Equal([42, 58], ValidationPool.Select(wdbc, 100, 1).CountPerClass());
        Assert.Equal(wdbc.Validation.Count, ValidationPool.Select(wdbc, 1000, 1).Count);
        Assert.Equal(ValidationPool.Select(wdbc, 50, 1).Values, ValidationPool.Select(wdbc, 50, 1).Values);
    }
}
