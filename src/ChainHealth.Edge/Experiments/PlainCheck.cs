using System.Runtime.CompilerServices;
using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>The committee's checks in plain arithmetic, with the same thresholds and the same decisions: counts and
/// thresholds are integers as under SMPC, only the networks are evaluated in floating point.</summary>
internal sealed class PlainCheck(FederationScene scene, int drawSize)
{
    private readonly ConditionalWeakTable<float[], Evaluation> _evaluations = [];
    private Digest? _toss;

    public int DrawSize => drawSize;

    /// <summary>Judges the updates of one round.</summary>
    /// <param name="previous">Global weights of the round before; null in the first.</param>
    /// <param name="updates">In the order of their commitment.</param>
    /// <param name="toss">The coin toss of an encrypted check whose draw is to be repeated; null: a draw that follows
    /// from the seed and the global model, so that figures of an update hold in every run that comes to it.</param>
    /// <returns>For each update the names of the checks that refuse it; none = accepted.</returns>
    public IReadOnlyList<IReadOnlyList<string>> Judge(
        float[] global, float[]? previous, IReadOnlyList<float[]> updates, VerificationDefaults policy,
        Digest? toss = null)
    {
        if (toss != _toss)
        {
            _evaluations.Clear();
            _toss = toss;
        }

        CheckLimits limits = policy.Limits;
        float[]? reference = limits.HasReference ? scene.ReferenceUpdate(global) : null;
        float[]? delta = limits.HasDuplicates && previous is not null ? Vectors.Minus(global, previous) : null;
        Evaluation before = Evaluate(global, global, null);
        var verdicts = new List<IReadOnlyList<string>>();
        for (int i = 0; i < updates.Count; i++)
        {
            var reasons = new List<string>();
            JudgeModel(Evaluate(updates[i], global, updates[i]), before, policy, reasons);
            JudgeNorm(updates[i], limits, reasons);
            if (reference is not null && Vectors.CosinePerMille(updates[i], reference)
                < CheckLimits.CosineKept(limits.CosineMinPerMille))
            {
                reasons.Add("cosine");
            }

            if (limits.HasDuplicates && updates.Take(i).Append(delta).OfType<float[]>().Any(
                other => Vectors.CosinePerMille(updates[i], other)
                    > CheckLimits.CosineKept(limits.DuplicateCosinePerMille)))
            {
                reasons.Add("duplicate");
            }

            verdicts.Add(reasons);
        }

        return verdicts;
    }

    /// <summary>Whether the new global model may be opened: its accuracy is not below the old one's by more than the
    /// margin.</summary>
    public bool AllowsAggregate(float[] global, float[] aggregated, VerificationDefaults policy)
    {
        if (!policy.Limits.TestsAggregate)
        {
            return true;
        }

        Evaluation before = Evaluate(global, global, null);
        Records drawn = Drawn(global);
        int[] after = Correct(aggregated, drawn);
        return 1000 * after.Sum()
            >= (1000 * before.Correct.Sum()) - (policy.Limits.AggregateMarginPerMille * drawn.Count);
    }

    private static void JudgeModel(
        Evaluation own, Evaluation before, VerificationDefaults policy, List<string> reasons)
    {
        if (!Reaches(own.Correct.Sum(), before.Correct.Sum(), own.Sizes.Sum(),
            policy.AccuracyMargin, policy.AccuracyFloor))
        {
            reasons.Add("accuracy");
        }

        if (Enumerable.Range(0, own.Sizes.Length).Any(c => !Reaches(
            own.Correct[c], before.Correct[c], own.Sizes[c], policy.RecallMargin, policy.RecallFloor)))
        {
            reasons.Add("recall");
        }
    }

    /// <summary>With the room for rounding that the encrypted check allows: an update clipped to the largest norm
    /// passes.</summary>
    private static void JudgeNorm(float[] update, CheckLimits limits, List<string> reasons)
    {
        FixedPoint format = FixedPoint.Default;
        double norm = ParameterVector.Norm(update) * format.One;
        if (limits.HasNorm && norm > limits.NormUnits(update.Length, format))
        {
            reasons.Add("norm-max");
        }
        else if (norm < limits.NormMinMillis * (double)format.One / CheckLimits.PerMille)
        {
            reasons.Add("norm-min");
        }
    }

    private static bool Reaches(int own, int before, int size, int margin, int floor) =>
        (1000 * own) >= (1000 * before) - (margin * size) && 1000 * own >= floor * size;

    /// <summary>Remembered as long as the update lives.</summary>
    private Evaluation Evaluate(float[] key, float[] global, float[]? update)
    {
        if (_evaluations.TryGetValue(key, out Evaluation? known) && known.IsUpdate == update is not null)
        {
            return known;
        }

        Records drawn = Drawn(global);
        var made = new Evaluation(
            Correct(update is null ? global : Vectors.Plus(global, update), drawn), drawn.CountPerClass(),
            update is not null);
        _evaluations.AddOrUpdate(key, made);
        return made;
    }

    /// <summary>The coin toss of the round: after the updates are made, the same for all of them.</summary>
    private Records Drawn(float[] global)
    {
        if (_toss is { } toss)
        {
            return scene.Pool.Take(RecordDraw.Sample(toss, scene.Pool.Count, drawSize));
        }

        int[] places = [.. Enumerable.Range(0, scene.Pool.Count)];
        SeededRandom.For(scene.RoundSeed(global, int.MaxValue / 2), "draw").Shuffle(places);
        return scene.Pool.Take([.. places.Take(drawSize).Order()]);
    }

    private int[] Correct(float[] weights, Records records)
    {
        int classes = scene.Architecture.Classes;
        float[] scores = ModelEvaluator.Scores(scene.Architecture, weights, records);
        var correct = new int[classes];
        for (int i = 0; i < records.Count; i++)
        {
            ReadOnlySpan<float> row = scores.AsSpan(i * classes, classes);
            correct[records.Labels[i]] += row[records.Labels[i]] >= row[Metrics.ArgMax(row)] ? 1 : 0;
        }

        return correct;
    }

    private sealed record Evaluation(int[] Correct, int[] Sizes, bool IsUpdate);
}
