using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>What is found about one record.</summary>
/// <param name="LabelProbability">That its label is wrong; NaN where no label was given.</param>
/// <param name="TriggerProbability">That something was pasted into it; NaN for tables.</param>
/// <param name="Place">The most striking square; null for tables.</param>
/// <param name="Diagnosis">Calibrated probability of each class.</param>
/// <param name="Possible">Classes that the model does not rule out; exactly one unless it is unsure.</param>
/// <param name="NeighboursPerClass">Of the nearest verified records.</param>
public sealed record RecordFinding(
    double LabelProbability, bool LabelFound, double TriggerProbability, bool TriggerFound, PatchPlace? Place,
    ImmutableArray<double> Diagnosis, ImmutableArray<int> Possible, ImmutableArray<int> NeighboursPerClass)
{
    public bool Unsure => Possible.Length != 1;
}

/// <summary>What a screen sees in records, labels aside.</summary>
public sealed class RecordLook
{
    internal RecordLook(RecordView[] views, PatchScan[] scans, double[] triggers) =>
        (Views, Scans, Triggers) = (views, scans, triggers);

    internal RecordView[] Views { get; }

    internal PatchScan[] Scans { get; }

    internal double[] Triggers { get; }
}

/// <summary>Judges records with a verified global model. Made for one model from records that are known to be right and
/// that no hospital has trained on (<see cref="ScreeningPool"/>). Costs seconds to make and milliseconds to ask.
/// </summary>
public sealed class RecordScreen
{
    /// <summary>Share of clean records that may be found by the look at the label, and by the look for triggers.
    /// Together they stay under 5 % with room for records that differ a little from the pool.</summary>
    public const double LabelFalsePositives = 0.02;
    public const double TriggerFalsePositives = 0.01;
    public const int RecordsMin = 40;

    private readonly Architecture architecture;
    private readonly float[] parameters;
    private readonly LabelEvidence evidence;
    private readonly TreeJudge labelJudge;
    private readonly TreeJudge? triggerJudge;
    private readonly UnsureBand band;

    private RecordScreen(
        Architecture architecture, float[] parameters, LabelEvidence evidence, TreeJudge labelJudge,
        TreeJudge? triggerJudge, UnsureBand band, Temperature temperature)
    {
        this.architecture = architecture;
        this.parameters = parameters;
        this.evidence = evidence;
        this.labelJudge = labelJudge;
        this.triggerJudge = triggerJudge;
        this.band = band;
        Temperature = temperature;
    }

    public Temperature Temperature { get; }

    public Architecture Architecture => architecture;

    public double LabelThreshold => labelJudge.Threshold;

    /// <param name="pool">Known to be right, not trained on; at least <see cref="RecordsMin"/>.</param>
    /// <exception cref="ArgumentException">Too few records, or they do not fit the architecture.</exception>
    public static RecordScreen Train(
        Architecture architecture, ReadOnlySpan<float> parameters, Records pool, ulong seed)
    {
        if (pool.Count < RecordsMin)
        {
            throw new ArgumentException($"{pool.Count} records: at least {RecordsMin} are needed", nameof(pool));
        }

        float[] weights = parameters.ToArray();
        Embedded embedded = Embedded.Of(architecture, weights, pool);
        Temperature temperature = Temperature.Fit(embedded.Scores, pool.Labels, pool.Classes);
        var evidence = new LabelEvidence(embedded, pool.Labels, temperature);
        RecordView[] views = [.. Enumerable.Range(0, pool.Count).Select(i => evidence.View(embedded, i, self: i))];
        UnsureBand band = UnsureBand.Fit([.. views.Select((v, i) => v.Probabilities[pool.Labels[i]])]);
        return new RecordScreen(
            architecture, weights, evidence, TrainLabelJudge(evidence, views, pool.Labels, seed),
            pool.Shape.Height > 1 ? TrainTriggerJudge(pool, seed) : null, band, temperature);
    }

    /// <summary>All that does not depend on the labels. Costs about 2 ms for an image of 28 x 28.</summary>
    public RecordLook Look(Records records)
    {
        if (records.Count == 0)
        {
            return new RecordLook([], [], []);
        }

        Embedded embedded = Embedded.Of(architecture, parameters, records);
        RecordView[] views = [.. Enumerable.Range(0, records.Count).Select(i => evidence.View(embedded, i))];
        PatchScan[] scans = triggerJudge is null ? []
            : [.. Enumerable.Range(0, records.Count).Select(i => PatchScan.Of(records[i], records.Shape))];
        return new RecordLook(
            views, scans, triggerJudge?.Probabilities([.. scans.Select(s => s.Features())]) ?? []);
    }

    /// <param name="labels">One for each record; null where the records came without.</param>
    public RecordFinding[] Judge(RecordLook look, IReadOnlyList<int>? labels)
    {
        double[]? label = labels is null || look.Views.Length == 0 ? null : labelJudge.Probabilities(
            [.. look.Views.Select((v, i) => evidence.Features(v, labels[i]))]);
        return [.. look.Views.Select((view, i) => new RecordFinding(
            label?[i] ?? double.NaN, label?[i] >= labelJudge.Threshold,
            look.Triggers.Length == 0 ? double.NaN : look.Triggers[i],
            look.Triggers.Length > 0 && look.Triggers[i] >= triggerJudge!.Threshold,
            look.Scans.Length == 0 ? null : look.Scans[i].Striking,
            view.Probabilities, band.Possible(view.Probabilities), [.. view.Near.PerClass]))];
    }

    /// <summary>Every pool record with its own label is an innocent example, with any other label a guilty one.
    /// </summary>
    private static TreeJudge TrainLabelJudge(LabelEvidence evidence, RecordView[] views, int[] labels, ulong seed)
    {
        var features = new List<float[]>();
        var guilty = new List<bool>();
        var groups = new List<int>();
        for (int i = 0; i < views.Length; i++)
        {
            for (int label = 0; label < evidence.Classes; label++)
            {
                features.Add(evidence.Features(views[i], label));
                guilty.Add(label != labels[i]);
                groups.Add(i);
            }
        }

        return TreeJudge.Train([.. features], [.. guilty], [.. groups], LabelFalsePositives, seed);
    }

    private static TreeJudge TrainTriggerJudge(Records pool, ulong seed)
    {
        var random = SeededRandom.For(seed, "trigger-examples");
        var features = new List<float[]>();
        for (int i = 0; i < pool.Count; i++)
        {
            var look = (TriggerLook)random.NextBelow(Enum.GetValues<TriggerLook>().Length);
            float[] pasted = Triggers.Paste(pool[i], pool.Shape, Triggers.Draw(random, pool.Shape), look, random);
            features.Add(PatchScan.Of(pool[i], pool.Shape).Features());
            features.Add(PatchScan.Of(pasted, pool.Shape).Features());
        }

        return TreeJudge.Train(
            [.. features], [.. features.Select((_, i) => i % 2 == 1)], [.. features.Select((_, i) => i / 2)],
            TriggerFalsePositives, seed);
    }
}
