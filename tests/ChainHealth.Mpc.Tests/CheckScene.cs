using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>A made-up check: a random global model that labels the records itself (so it is right everywhere), honest
/// updates near zero, and large updates that break it.</summary>
internal sealed class CheckScene
{
    private readonly Architecture _architecture;
    private readonly SharedInput _pool;
    private readonly SharedInput[] _updates;

    public CheckScene(Architecture architecture, int hospitals, int records, int seed)
    {
        _architecture = architecture;
        var random = new Random(seed);
        Global = Weights(architecture, random, 1);
        Updates = [.. Enumerable.Range(0, hospitals)
            .Select(h => Weights(architecture, random, h % 2 == 0 ? 0.001 : 3))];
        Images = [.. Enumerable.Range(0, records).Select(_ => Enumerable.Range(0, architecture.Input.Elements)
            .Select(_ => random.NextInt64(-FixedPoint.Default.One, FixedPoint.Default.One)).ToArray())];
        var twin = new PlainTwin(architecture, FixedPoint.Default);
        Labels = [.. Images.Select(image =>
        {
            long[] logits = twin.Logits(Global, image);
            return Array.IndexOf(logits, logits.Max());
        })];
        _pool = Parties.Share(
            [.. Images.SelectMany(i => i), .. Labels.SelectMany(l => OneHot(l, architecture.Classes))], seed);
        _updates = [.. Updates.Select((u, h) => Parties.Share(u, seed + h + 1, h % 4))];
    }

    public long[] Global { get; }

    public long[][] Updates { get; }

    public long[][] Images { get; }

    public int[] Labels { get; }

    public CheckJob Job(int party, CheckPolicy policy) => new(_architecture, FixedPoint.Default, Global,
        [.. _updates.Select(u => u.Packages[party])], [new PoolPart(_pool.Packages[party], Images.Length)], policy,
        Digest.Zero);

    public static long[] Weights(Architecture architecture, Random random, double scale)
    {
        var weights = new long[architecture.ParameterCount];
        foreach (PlacedLayer layer in architecture.Layers.Where(l => l.Spec.Parameters > 0))
        {
            int inner = layer.Spec is ConvolutionLayer c ? c.Window : ((DenseLayer)layer.Spec).Inputs;
            for (int i = 0; i < layer.Spec.Parameters; i++)
            {
                double weight = ((random.NextDouble() * 2) - 1) * scale * 2 / Math.Sqrt(inner);
                weights[layer.ParameterOffset + i] = (long)(weight * FixedPoint.Default.One);
            }
        }

        return weights;
    }

    private static IEnumerable<long> OneHot(int label, int classes) =>
        Enumerable.Range(0, classes).Select(k => k == label ? 1L : 0L);
}
