using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace ChainHealth.Learning;

/// <summary>A boosted forest of small trees (ML.NET's FastTree; Friedman, 2001) over the features of a record. Its
/// probability and its threshold come from scores that cross-fitting gave to records outside each forest's training;
/// the answer for a new record is the mean over these forests.
/// </summary>
internal sealed class TreeJudge
{
    private const int Folds = 5;
    private const int Trees = 60;
    private const int Leaves = 8;
    private const int LeafRecordsMin = 10;

    private readonly MLContext context;
    private readonly ITransformer[] forests;
    private readonly PlattScale scale;

    private TreeJudge(MLContext context, ITransformer[] forests, PlattScale scale, double threshold)
    {
        this.context = context;
        this.forests = forests;
        this.scale = scale;
        Threshold = threshold;
    }

    /// <summary>From this probability on, a record counts as found.</summary>
    public double Threshold { get; }

    /// <param name="features">One vector for each example, all of one length.</param>
    /// <param name="groups">Examples made of the same record carry the same number and never part.</param>
    /// <param name="falsePositives">Share of negative examples that may be found.</param>
    public static TreeJudge Train(
        float[][] features, bool[] positive, int[] groups, double falsePositives, ulong seed)
    {
        var context = new MLContext(seed: unchecked((int)seed));
        var outside = new double[features.Length];
        var forests = new ITransformer[Folds];
        int[] fold = FoldOf(groups, seed);
        for (int f = 0; f < Folds; f++)
        {
            int[] inside = [.. Enumerable.Range(0, features.Length).Where(i => fold[i] != f)];
            int[] held = [.. Enumerable.Range(0, features.Length).Where(i => fold[i] == f)];
            forests[f] = Grow(context, inside.Select(i => features[i]), inside.Select(i => positive[i]));
            double[] scores = Scores(context, forests[f], held.Select(i => features[i]));
            for (int i = 0; i < held.Length; i++)
            {
                outside[held[i]] = scores[i];
            }
        }

        PlattScale scale = PlattScale.Fit(outside, positive);
        double[] innocent = [.. outside.Where((_, i) => !positive[i]).OrderDescending()];
        int allowed = Math.Clamp((int)((innocent.Length + 1) * falsePositives) - 1, 0, innocent.Length - 1);
        return new TreeJudge(
            context, forests, scale, Math.BitIncrement(scale.Probability(innocent[allowed])));
    }

    public double[] Probabilities(IReadOnlyList<float[]> features) =>
        [.. MeanScores(features).Select(scale.Probability)];

    private double[] MeanScores(IReadOnlyList<float[]> features)
    {
        var mean = new double[features.Count];
        foreach (ITransformer forest in forests)
        {
            double[] scores = Scores(context, forest, features);
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += scores[i] / forests.Length;
            }
        }

        return mean;
    }

    private static ITransformer Grow(MLContext context, IEnumerable<float[]> features, IEnumerable<bool> positive)
    {
        Example[] examples = [.. features.Zip(positive, (f, p) => new Example { Features = f, Label = p })];
        double share = (double)examples.Count(e => e.Label) / examples.Length;
        foreach (Example example in examples)
        {
            example.Weight = (float)(0.5 / (example.Label ? share : 1 - share));
        }

        var trainer = context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            NumberOfTrees = Trees,
            NumberOfLeaves = Leaves,
            MinimumExampleCountPerLeaf = LeafRecordsMin,
            LearningRate = 0.1,
            FeatureFraction = 0.8,
            ExampleWeightColumnName = nameof(Example.Weight),
            NumberOfThreads = 1,
        });
        return trainer.Fit(Load(context, examples));
    }

    private static double[] Scores(MLContext context, ITransformer forest, IEnumerable<float[]> features)
    {
        IDataView rows = forest.Transform(Load(context, [.. features.Select(f => new Example { Features = f })]));
        return [.. rows.GetColumn<float>("Score").Select(s => (double)s)];
    }

    private static IDataView Load(MLContext context, Example[] examples)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        int length = examples.Length == 0 ? 1 : examples[0].Features.Length;
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        return context.Data.LoadFromEnumerable(examples, schema);
    }

    private static int[] FoldOf(int[] groups, ulong seed)
    {
        int[] distinct = [.. groups.Distinct().Order()];
        SeededRandom.For(seed, "cross-fitting").Shuffle(distinct);
        Dictionary<int, int> fold = distinct.Select((group, i) => (group, i % Folds)).ToDictionary();
        return [.. groups.Select(g => fold[g])];
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Weight { get; set; } = 1;
    }
}
