using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>Which records of a data set's training split belong to which hospital. Every hospital of a demonstration
/// computes the same split from the same seed and keeps its own part. The public anchors belong to none.</summary>
internal static class Partition
{
    /// <exception cref="DatasetException">Too few records.</exception>
    public static int[][] All(Dataset dataset, int hospitals, double? alpha, ulong seed) =>
        Parts(Private(dataset), hospitals, alpha, seed);

    public static Records Own(Dataset dataset, (int Index, int Count) part, double? alpha, ulong seed) =>
        Own(Private(dataset), part, alpha, seed);

    /// <param name="records">Of all hospitals together.</param>
    public static Records Own(Records records, (int Index, int Count) part, double? alpha, ulong seed) =>
        records.Take(Parts(records, part.Count, alpha, seed)[part.Index]);

    /// <summary>The training split without the anchors.</summary>
    public static Records Private(Dataset dataset) => AnchorRecords.Split(
        dataset, TrainingDefaults.For(dataset).Options.AnchorsPerClass).Remaining.Train;

    private static int[][] Parts(Records records, int hospitals, double? alpha, ulong seed) => alpha is { } a
        ? HospitalSplit.Dirichlet(records.Labels, records.Classes, hospitals, a, seed)
        : HospitalSplit.Iid(records.Labels, records.Classes, hospitals, seed);
}
