using System.Collections.Immutable;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>The cells of an experiment, in the order in which they are computed: first seed first, so that a grid that
/// is stopped early has something of everything; and cells of one scene together.</summary>
internal static class Grid
{
    public static ImmutableArray<string> Datasets { get; } =
        ["wdbc", "pneumoniamnist", "breastmnist", "bccd", "mednist"];

    /// <summary>"{last}" stands for the last class of the data set.</summary>
    public static ImmutableArray<string> Attacks { get; } =
    [
        "label-flip", "targeted-flip:0:1", "backdoor:{last}", "backdoor:{last}:10", "constrained-backdoor:{last}",
        "split-backdoor:{last}", "slow-backdoor:{last}:3",
        "gaussian", "gaussian:0.01", "constant", "sign-flip", "scale", "inner-product", "little-is-enough", "min-max",
        "free-rider", "free-rider:1", "delta-rider", "copy:0.1",
    ];

    public static ImmutableArray<string> Alphas { get; } = ["iid", "0.1", "0.5", "1"];

    public static IReadOnlyList<Cell> Cells(
        IReadOnlyList<Dataset> datasets, IReadOnlyList<string> models, IReadOnlyList<string> attacks,
        IReadOnlyList<int> shares, IReadOnlyList<string> alphas, IReadOnlyList<ulong> seeds) =>
        [.. from seed in seeds
            from alpha in alphas
            from dataset in datasets
            from model in models.Count > 0 ? models : [TrainingDefaults.For(dataset).Model]
            from share in shares
            from attack in attacks
            select new Cell(dataset.Name, model, alpha, seed,
                attack.Replace("{last}", $"{dataset.Schema.Classes - 1}", StringComparison.Ordinal), share)];

    /// <summary>Of one of several processes: whole scenes, so that none is trained twice.</summary>
    public static IReadOnlyList<Cell> Shard(IReadOnlyList<Cell> cells, int index, int count) =>
        [.. cells.GroupBy(c => (c.Dataset, c.Model, c.Alpha, c.Seed)).Where((_, i) => i % count == index)
            .SelectMany(g => g)];
}
