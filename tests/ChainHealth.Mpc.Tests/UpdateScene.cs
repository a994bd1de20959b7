using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>A random global model that labels its own records, and updates that a test makes.</summary>
internal sealed class UpdateScene
{
    private readonly Architecture _architecture;
    private readonly Random _random;

    public UpdateScene(Architecture architecture, int seed, int records)
    {
        _architecture = architecture;
        _random = new Random(seed);
        Global = CheckScene.Weights(architecture, _random, 1);
        Images = [.. Enumerable.Range(0, records).Select(_ => Enumerable.Range(0, architecture.Input.Elements)
            .Select(_ => _random.NextInt64(-FixedPoint.Default.One, FixedPoint.Default.One)).ToArray())];
        var twin = new PlainTwin(architecture, FixedPoint.Default);
        Labels = [.. Images.Select(image => twin.Logits(Global, image)).Select(l => Array.IndexOf(l, l.Max()))];
    }

    public long[] Global { get; }

    public long[][] Images { get; }

    public int[] Labels { get; }

    public long[][] Updates { get; set; } = [];

    public long[]? Reference { get; set; }

    public long[]? Previous { get; set; }

    public int[]? CommitOrder { get; init; }

    public int[]? Weights { get; init; }

    /// <summary>A random vector of this norm.</summary>
    public long[] Random(double norm)
    {
        double[] raw = [.. Enumerable.Range(0, _architecture.ParameterCount).Select(_ => _random.NextDouble() - 0.5)];
        double length = Math.Sqrt(raw.Sum(r => r * r));
        return [.. raw.Select(r => (long)(r / length * norm * FixedPoint.Default.One))];
    }

    public long[] Mix(long[] a, double factor, long[] b) =>
        [.. a.Select((v, i) => unchecked((long)(Math.Abs(v) > 1L << 40 ? v : v * factor) + b[i]))];

    public SharedInput SharePool() => Parties.Share([.. Images.SelectMany(i => i),
        .. Labels.SelectMany(l => Enumerable.Range(0, _architecture.Classes).Select(k => k == l ? 1L : 0L))]);

    public double Accuracy(long[] model)
    {
        var twin = new PlainTwin(_architecture, FixedPoint.Default);
        return Images.Where((image, i) => twin.IsCorrect(twin.Logits(model, image), Labels[i])).Count()
            / (double)Images.Length;
    }

    /// <summary>The encrypted check; all four parties agree, and the reasons fit the verdicts.</summary>
    public async Task<RefusalReasons[]> RunAsync(CheckPolicy policy) => (await RunAllAsync(policy)).Reasons;

    /// <summary>The encrypted check gives what plain arithmetic gives.</summary>
    public async Task<RefusalReasons[]> CheckAsync(CheckPolicy policy)
    {
        (RefusalReasons[] reasons, Digest seed) = await RunAllAsync(policy);
        var plain = new PlainChecks(_architecture, Global, Updates, Reference, Images, Labels, policy, seed)
        {
            Weights = Weights ?? [.. Updates.Select(_ => 1)],
        };
        Assert.Equal(plain.Reasons(), reasons);
        return reasons;
    }

    private async Task<(RefusalReasons[] Reasons, Digest Seed)> RunAllAsync(CheckPolicy policy)
    {
        SharedInput pool = SharePool();
        SharedInput[] updates = [.. Updates.Select((u, h) => Parties.Share(u, h + 11, h % 4))];
        SharedInput? reference = Reference is null ? null : Parties.Share(Reference, 5);
        CheckResult[] results = await Parties.RunAsync((s, c) => PoisoningCheck.RunAsync(s,
            new CheckJob(_architecture, FixedPoint.Default, Global, [.. updates.Select(u => u.Packages[s.Party])],
                [new PoolPart(pool.Packages[s.Party], Images.Length)], policy, Digest.Zero)
            {
                Reference = reference?.Packages[s.Party],
                Previous = Previous,
                CommitOrder = CommitOrder,
                Weights = Weights,
            }, c).AsTask());
        Assert.Single(results.Select(r => r.Transcript).Distinct());
        RefusalReasons[] reasons = [.. Updates.Select((_, h) =>
            ReasonParts.TryCombine([.. results.Select(r => r.Reasons[h])])!.Value)];
        Assert.Equal(reasons.Select(r => r == RefusalReasons.None), results[0].Accepted);
        return (reasons, results[0].DrawSeed);
    }
}
