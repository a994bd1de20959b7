using System.Security.Cryptography;
using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>Class scores of records under four-party sharing, as private prediction computes them, the four parties in
/// this process.</summary>
/// <param name="Logits">Records x classes, at 2f fraction bits.</param>
/// <param name="BytesSent">By all parties.</param>
internal sealed record EncryptedScores(long[] Logits, double Seconds, long BytesSent, long Exchanges)
{
    private static readonly FixedPoint Format = FixedPoint.Default;

    /// <exception cref="EdgeException">The network cannot be computed, or the parties disagree.</exception>
    public static async Task<EncryptedScores> ComputeAsync(
        Architecture architecture, long[] weights, Records records, CancellationToken cancellation)
    {
        var all = new EncryptedScores(new long[records.Count * architecture.Classes], 0, 0, 0);
        for (int first = 0; first < records.Count; first += PredictionQuestion.RecordsMax)
        {
            int count = Math.Min(PredictionQuestion.RecordsMax, records.Count - first);
            EncryptedScores part = await AskAsync(
                architecture, weights, Encode(records, first, count), count, cancellation);
            part.Logits.CopyTo(all.Logits, first * architecture.Classes);
            all = all with
            {
                Seconds = all.Seconds + part.Seconds, BytesSent = all.BytesSent + part.BytesSent,
                Exchanges = all.Exchanges + part.Exchanges,
            };
        }

        return all;
    }

    /// <summary>Records first to first + count as the ring sees them.</summary>
    public static long[] Encode(Records records, int first, int count)
    {
        int elements = records.Shape.Elements;
        var encoded = new long[count * elements];
        for (int i = 0; i < encoded.Length; i++)
        {
            if (!Format.TryEncode(records.Values[(first * elements) + i], out encoded[i]))
            {
                throw new EdgeException($"record {first + (i / elements)} has a value beyond the format");
            }
        }

        return encoded;
    }

    private static async Task<EncryptedScores> AskAsync(
        Architecture architecture, long[] weights, long[] records, int count, CancellationToken cancellation)
    {
        using SharedInput shared = InputSharing.Share(records, RandomNumberGenerator.Fill);
        PredictionJob[] jobs =
            [.. shared.Packages.Select(p => new PredictionJob(architecture, Format, weights, p, count))];
        if (SecurePrediction.Fault(jobs[0]) is { } fault)
        {
            throw new EdgeException($"the encrypted prediction cannot be computed: {fault}");
        }

        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        PredictionAnswer[] answers = await Task.WhenAll(InProcessNetwork.Create().Select((network, party) => Task.Run(
            async () =>
            {
                using MpcSession session = await MpcSession.StartAsync(
                    network, Digest.Zero, RandomNumberGenerator.Fill, cancellation);
                return await SecurePrediction.RunAsync(session, jobs[party], cancellation);
            },
            cancellation)));
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        long[] logits = PredictionAnswer.TryOpen(answers)
            ?? throw new EdgeException("no two parties tell the same share of the scores");
        Array.ForEach(answers, a => a.Dispose());
        return new EncryptedScores(logits, seconds, answers.Sum(a => a.BytesSent), answers[0].Exchanges);
    }
}
