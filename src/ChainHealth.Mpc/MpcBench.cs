using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What one measured check cost.</summary>
/// <param name="Seconds">From shared inputs to opened verdicts, without the set-up of keys.</param>
/// <param name="BytesSent">By all four parties, with tags.</param>
/// <param name="Exchanges">Message rounds.</param>
public sealed record MpcBenchResult(
    string Model, int Models, int Batch, double Seconds, long BytesSent, long Exchanges);

/// <summary>Measures the check of random models on random records. Each party is single-threaded.</summary>
public static class MpcBench
{
    // Updates of a real model stay below one in magnitude.
    private const int FixedPointUpdateMax = 1 << 16;

    /// <summary>A job of made-up models and records, one for each party. The same seed gives the same values and the
    /// same shares, so that parties in different processes make the same jobs; nothing in them is a secret.</summary>
    /// <param name="models">Models evaluated, the global one included; one alone is held against the floors
    /// only.</param>
    public static CheckJob[] Jobs(Architecture architecture, int models, int batch, int seed)
    {
        var random = new Random(seed);
        FixedPoint format = FixedPoint.Default;
        long[] global = Weights(architecture, random, 1);
        int elements = architecture.Input.Elements, classes = architecture.Classes;
        var pool = new long[PoolPart.LengthOf(architecture, batch)];
        for (int i = 0; i < batch * elements; i++)
        {
            pool[i] = (long)(random.NextDouble() * format.One);
        }

        for (int n = 0; n < batch; n++)
        {
            pool[(batch * elements) + (n * classes) + random.Next(classes)] = 1;
        }

        SharedInput records = InputSharing.Share(pool, random.NextBytes);
        SharedInput[] updates = [.. Enumerable.Range(0, Math.Max(1, models - 1)).Select(_ =>
            InputSharing.Share(Weights(architecture, random, 0.1), random.NextBytes))];
        CheckPolicy policy = models > 1
            ? new CheckPolicy(batch, 100, 500, 200, 300) : new CheckPolicy(batch, 1000, 500, 1000, 300);
        return [.. Enumerable.Range(0, ExchangeMessages.Parties).Select(p => new CheckJob(architecture, format, global,
            [.. updates.Select(u => u.Packages[p])], [new PoolPart(records.Packages[p], batch)], policy, default))];
    }

    /// <summary>The job with every check that a plan can ask for: norm, cosine, duplicates, patches, leave-one-out.
    /// </summary>
    public static CheckJob WithAllChecks(CheckJob job) => job with
    {
        Reference = job.Updates[0],
        Policy = job.Policy with
        {
            Limits = new CheckLimits
            {
                NormMinMillis = 10, NormMaxMillis = 10_000, CosineMinPerMille = -300, DuplicateCosinePerMille = 990,
                PatchRecords = 32, PatchRushPerMille = 900, LeaveOneOutRecords = 32,
                LeaveOneOutMarginPerMille = 200, LeaveOneOutRecallMarginPerMille = 900,
            },
        },
    };

    /// <summary>One party's part of an aggregation of made-up updates, each of so many parameters.</summary>
    public static AggregationJob AggregationJobs(int hospitals, int parameters, int seed, int party)
    {
        var random = new Random(seed);
        var updates = new List<SharePackage>();
        var update = new long[parameters];
        for (int h = 0; h < hospitals; h++)
        {
            for (int i = 0; i < parameters; i++)
            {
                update[i] = random.Next(-FixedPointUpdateMax, FixedPointUpdateMax);
            }

            updates.Add(InputSharing.Share(update, random.NextBytes, h % ExchangeMessages.Parties).Packages[party]);
        }

        return new AggregationJob(
            updates, [.. updates.Select((_, h) => 100 + h)], new long[parameters], default);
    }

    /// <summary>All four parties in this process, over memory.</summary>
    public static async Task<MpcBenchResult> RunInProcessAsync(
        Architecture architecture, int models, int batch, CancellationToken cancellation)
    {
        CheckJob[] jobs = Jobs(architecture, models, batch, seed: 1);
        InProcessNetwork[] networks = InProcessNetwork.Create();
        MpcSession[] sessions = await Task.WhenAll(networks.Select(n => Task.Run(
            () => MpcSession.StartAsync(n, Digest.Zero, RandomNumberGenerator.Fill, cancellation).AsTask())));
        long start = Stopwatch.GetTimestamp();
        CheckResult[] results = await Task.WhenAll(sessions.Select((s, p) => Task.Run(
            () => PoisoningCheck.RunAsync(s, jobs[p], cancellation).AsTask())));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.ForEach(sessions, s => s.Dispose());
        return new MpcBenchResult(architecture.Name, models, batch, seconds,
            results.Sum(r => r.Statistics.BytesSent), results[0].Statistics.Exchanges);
    }

    private static long[] Weights(Architecture architecture, Random random, double scale)
    {
        var weights = new long[architecture.ParameterCount];
        foreach (PlacedLayer layer in architecture.Layers.Where(l => l.Spec.Parameters > 0))
        {
            int inner = layer.Spec is ConvolutionLayer c ? c.Window : ((DenseLayer)layer.Spec).Inputs;
            for (int i = 0; i < layer.Spec.Parameters; i++)
            {
                double weight = ((random.NextDouble() * 2) - 1) * scale / Math.Sqrt(inner);
                weights[layer.ParameterOffset + i] = (long)(weight * FixedPoint.Default.One);
            }
        }

        return weights;
    }
}
