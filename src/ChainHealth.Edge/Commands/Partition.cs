using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>Which records of a data set's training split belong to which hospital. Every hospital of a demonstration
/// computes the same split from the same seed and keeps its own part.</summary>
internal static class Partition
{
    /// <exception cref="DatasetException">Too few records.</exception>
    public static int[][] All(Dataset dataset, int hospitals, double? alpha, ulong seed) => alpha is { } a
        ? HospitalSplit.Dirichlet(dataset.Train.Labels, dataset.Schema.Classes, hospitals, a, seed)
        : HospitalSplit.Iid(dataset.Train.Labels, dataset.Schema.Classes, hospitals, seed);

    public static Records Own(Dataset dataset, (int Index, int Count) part, double? alpha, ulong seed) =>
        dataset.Train.Take(All(dataset, part.Count, alpha, seed)[part.Index]);
}
