using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>How the encrypted answers on a test split compare with the plain ones.</summary>
/// <param name="SameAsFloat">Records with the class that TorchSharp answers in floating point.</param>
/// <param name="SameAsTwin">Records with the class that the fixed-point computation in the clear answers.</param>
/// <param name="ExactLogits">Logits equal to those of the fixed-point computation in every bit.</param>
/// <param name="FromTwin">Largest difference of a logit from the fixed-point computation, in reals.</param>
/// <param name="FromFloat">The same from TorchSharp.</param>
/// <param name="BytesSent">By all four parties.</param>
internal sealed record ScoreAgreement(
    string Model, int Records, int SameAsFloat, int SameAsTwin, int Logits, int ExactLogits, double FromTwin,
    double FromFloat, double PlainAccuracy, double EncryptedAccuracy, double Seconds, double PlainSeconds,
    long BytesSent, long Exchanges);

/// <summary>Verdicts of one set of thresholds.</summary>
/// <param name="Different">Updates, by name, on which the two verdicts differ.</param>
internal sealed record VerdictAgreement(
    string Checks, int Judged, int Same, int HonestAccepted, int Honest, int PoisonedRefused, int Poisoned,
    IReadOnlyList<string> Different);

internal sealed record DatasetAgreement(
    string Dataset, ScoreAgreement Scores, ScoreAgreement OneLayer, IReadOnlyList<VerdictAgreement> Verdicts);

/// <summary>A federation on real records, of which every answer and every verdict is computed twice: under sharing and
/// in the clear.</summary>
internal sealed class AgreementRun(FederationScene scene, AgreementSettings settings)
{
    private const int NarrowCosine = 940;

    private static readonly FixedPoint Format = FixedPoint.Default;

    private static readonly string[] Attacks =
    [
        "label-flip", "sign-flip", "scale", "gaussian:0.01", "constant:0.01", "inner-product", "little-is-enough",
        "backdoor:0", "free-rider",
    ];

    private readonly PlainCheck _plain = new(scene, settings.Draw);
    private readonly EncryptedCheck _encrypted = new(scene);

    public DatasetAgreement Execute(string dataset, CancellationToken cancellation)
    {
        var verdicts = new List<VerdictAgreement>();
        float[] global = scene.Initial();
        float[]? previous = null;
        for (int round = 1; round <= settings.Rounds; round++)
        {
            float[][] honest = [.. Enumerable.Range(0, scene.Hospitals.Count).Select(h => scene.Honest(global, h))];
            if (round == 1 || round == settings.Rounds)
            {
                verdicts.AddRange(Judge(global, previous, honest, round, cancellation));
            }

            (previous, global) = (global, Mean(global, honest));
        }

        Architecture line = Architecture.TryCreate(
            "one-layer", scene.Architecture.Input,
            [new DenseLayer(scene.Architecture.Input.Elements, scene.Architecture.Classes)], out _)!;
        float[] start = ParameterVector.Initial(line, settings.Seed);
        float[] trained = Vectors.Plus(start, LocalTrainer.Train(
            line, start, scene.Hospitals[0], scene.Defaults.Options, settings.Seed, null, cancellation).Update);
        return new DatasetAgreement(dataset, Compare(scene.Architecture, global, cancellation),
            Compare(line, trained, cancellation), verdicts);
    }

    /// <summary>The sets of thresholds that verdicts are compared under: the data set's own, all checks and only what
    /// counts answers; and narrow ones, which cut through the honest updates.</summary>
    private IEnumerable<CheckSet> Sets()
    {
        VerificationDefaults own = scene.Defaults.Verification;
        yield return CheckSet.Parse("all", own);
        yield return CheckSet.Parse("accuracy+recall+norm", own);
        foreach (int margin in (int[])[0, 10, 30])
        {
            yield return CheckSet.Parse("accuracy+recall+norm", own with
            {
                AccuracyMargin = margin, RecallMargin = 2 * margin,
            }) with { Name = $"accuracy+recall+norm, margins {margin} and {2 * margin} per mille" };
        }

        yield return CheckSet.Parse("norm+cosine", own with
        {
            Limits = own.Limits with { CosineMinPerMille = NarrowCosine },
        }) with { Name = $"norm+cosine, least cosine {NarrowCosine} per mille" };
    }

    private IEnumerable<VerdictAgreement> Judge(
        float[] global, float[]? previous, float[][] honest, int round, CancellationToken cancellation)
    {
        var poisoned = new List<(string Name, float[] Update)>();
        foreach (string text in Attacks)
        {
            Attack attack = Attack.TryParse(text, out _)!;
            poisoned.Add((text, scene.Poisoned(global, previous, 0, attack, round, [0])));
        }

        float[][] updates = [.. honest, .. poisoned.Select(p => p.Update)];
        string Name(int i) => i < honest.Length ? $"honest {i + 1}" : poisoned[i - honest.Length].Name;
        foreach (CheckSet set in Sets())
        {
            VerificationDefaults policy = set.Policy with { Limits = set.Policy.Limits.ForRound(round) };

            // The parties work on threads of their own; training waits, as torch wants one managed thread.
            (bool[] accepted, Digest draw) = _encrypted.JudgeAsync(
                global, previous, updates, policy, settings.Draw, cancellation).GetAwaiter().GetResult();
            bool[] plain = [.. _plain.Judge(global, previous, updates, policy, draw).Select(r => r.Count == 0)];
            yield return new VerdictAgreement($"round {round}: {set.Name}", updates.Length,
                accepted.Zip(plain).Count(p => p.First == p.Second), accepted.Take(honest.Length).Count(a => a),
                honest.Length, accepted.Skip(honest.Length).Count(a => !a), poisoned.Count,
                [.. Enumerable.Range(0, updates.Length).Where(i => accepted[i] != plain[i]).Select(Name)]);
        }
    }

    private ScoreAgreement Compare(Architecture architecture, float[] weights, CancellationToken cancellation)
    {
        long[] ring = ParameterVector.ToFixedPoint(architecture, weights, Format);
        Records test = scene.Test.Count > settings.TestMax
            ? scene.Test.Take([.. Enumerable.Range(0, settings.TestMax)]) : scene.Test;
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        float[] plain = ModelEvaluator.Scores(
            architecture, ParameterVector.FromFixedPoint(architecture, ring, Format), test);
        double plainSeconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        EncryptedScores encrypted = EncryptedScores.ComputeAsync(architecture, ring, test, cancellation)
            .GetAwaiter().GetResult();
        var twin = new PlainTwin(architecture, Format);
        long[] exact = [.. Enumerable.Range(0, test.Count).AsParallel().AsOrdered()
            .SelectMany(n => twin.Logits(ring, EncryptedScores.Encode(test, n, 1)))];
        double scale = Math.Pow(2, 2 * Format.FractionBits);
        float[] shared = [.. encrypted.Logits.Select(v => (float)(v / scale))];
        int Same(Func<int, int> other) =>
            Enumerable.Range(0, test.Count).Count(n => Best(encrypted.Logits, n, architecture) == other(n));
        return new ScoreAgreement(
            architecture.Name, test.Count, Same(n => Metrics.ArgMax(Row(plain, n, architecture))),
            Same(n => Best(exact, n, architecture)), exact.Length,
            exact.Zip(encrypted.Logits).Count(p => p.First == p.Second),
            exact.Zip(encrypted.Logits).Max(p => Math.Abs(p.First - p.Second)) / scale,
            plain.Zip(encrypted.Logits).Max(p => Math.Abs(p.First - (p.Second / scale))),
            Math.Round(Metrics.Compute(plain, test.Labels, architecture.Classes).Accuracy, 4),
            Math.Round(Metrics.Compute(shared, test.Labels, architecture.Classes).Accuracy, 4),
            Math.Round(encrypted.Seconds, 2), Math.Round(plainSeconds, 4), encrypted.BytesSent, encrypted.Exchanges);
    }

    private static ReadOnlySpan<float> Row(float[] scores, int record, Architecture architecture) =>
        scores.AsSpan(record * architecture.Classes, architecture.Classes);

    /// <summary>The first of the largest, as <see cref="Metrics.ArgMax"/> answers.</summary>
    private static int Best(long[] logits, int record, Architecture architecture)
    {
        long[] row = logits[(record * architecture.Classes)..((record + 1) * architecture.Classes)];
        return Array.IndexOf(row, row.Max());
    }

    /// <summary>As it is opened: in the fixed point of the ring.</summary>
    private float[] Mean(float[] global, float[][] updates)
    {
        var next = new float[global.Length];
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = global[i] + (updates.Sum(u => u[i]) / updates.Length);
        }

        return ParameterVector.FromFixedPoint(
            scene.Architecture, ParameterVector.ToFixedPoint(scene.Architecture, next, Format), Format);
    }
}

/// <param name="Draw">Records on which updates are judged.</param>
/// <param name="TestMax">Records of the test split that are predicted, at most.</param>
internal sealed record AgreementSettings(int Rounds, int Draw, int TestMax, ulong Seed);
