using System.Security.Cryptography;
using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Tests;

/// <summary>A global model after one round of real training, honest updates of the next, and the encrypted check on
/// records of the validation split, four parties in this process.</summary>
internal sealed class PoisonScene
{
    private const double ClipNorm = 5;
    private readonly Architecture _architecture;
    private readonly Records _pool;
    private readonly TrainingOptions _options;
    private readonly float[] _weights;

    public PoisonScene(Architecture architecture, Records[] hospitals, Records pool, TrainingOptions options)
    {
        TorchRuntime.Prepare();
        (_architecture, _pool, Hospitals) = (architecture, pool, hospitals);
        _options = options with { ClipNorm = ClipNorm };
        _weights = ParameterVector.Initial(architecture, 1);
        for (int round = 0; round < 2; round++)
        {
            float[][] updates = [.. hospitals.Select(h => Train(h))];
            _weights = [.. _weights.Select((w, i) => w + updates.Average(u => u[i]))];
        }

        Honest = [.. hospitals.Select(h => Train(h))];
        Reference = Train(pool);
    }

    public Records[] Hospitals { get; }

    public float[][] Honest { get; }

    public float[] Reference { get; }

    public double LongestNorm => Honest.Append(Reference).Max(u => ParameterVector.Norm(u));

    public float[] Train(Records records, ulong seed = 5) =>
        LocalTrainer.Train(_architecture, _weights, records, _options, seed).Update;

    /// <summary>The recipe binds only the honest: faster, and without mercy for a class that was emptied.</summary>
    public float[] TrainPoisoned(Records records) => LocalTrainer.Train(_architecture, _weights, records,
        _options with { LearningRate = 8 * _options.LearningRate, RestrictedSoftmax = false }, 5).Update;

    /// <summary>Honest updates, and the attacker's in the last place.</summary>
    public async Task<RefusalReasons[]> CheckAsync(
        float[] attack, CheckPolicy policy, int attackerWeight = 1, int seed = 1)
    {
        float[][] updates = [.. Honest[..^1], attack];
        long[] pool = new long[PoolPart.LengthOf(_architecture, _pool.Count)];
        Encode(_pool.Values).CopyTo(pool, 0);
        for (int i = 0; i < _pool.Count; i++)
        {
            pool[_pool.Values.Length + (i * _pool.Classes) + _pool.Labels[i]] = 1;
        }

        SharedInput shared = Share(pool), reference = Share(Encode(Reference));
        SharedInput[] inputs = [.. updates.Select(u => Share(Encode(u)))];
        int[] weights = [.. updates.Select((_, i) => i == updates.Length - 1 ? attackerWeight : 1)];
        CheckResult[] results = await Task.WhenAll(InProcessNetwork.Create().Select(network => Task.Run(async () =>
        {
            var random = new Random(seed + network.Party);
            using MpcSession session = await MpcSession.StartAsync(
                network, Digest.Zero, random.NextBytes, CancellationToken.None);
            return await PoisoningCheck.RunAsync(session, new CheckJob(_architecture, FixedPoint.Default,
                Encode(_weights), [.. inputs.Select(i => i.Packages[network.Party])],
                [new PoolPart(shared.Packages[network.Party], _pool.Count)], policy, Digest.Zero)
            {
                Reference = policy.Limits.HasReference ? reference.Packages[network.Party] : null,
                Weights = weights,
            }, CancellationToken.None);
        })));
        return [.. updates.Select((_, h) => ReasonParts.TryCombine([.. results.Select(r => r.Reasons[h])])!.Value)];
    }

    private static long[] Encode(float[] values) =>
        [.. values.Select(v => (long)Math.Round(v * (double)FixedPoint.Default.One))];

    private static SharedInput Share(long[] values) => InputSharing.Share(values, RandomNumberGenerator.Fill);
}
