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

    /// <summary>Whether the cell belongs to the published grid, which two cores finish in half an hour: of tables
    /// every share of poisoners with every split, of images each share and each split in the pairs that say most (left
    /// out are 10 and 30 % of an even split and of Dirichlet 0.1, and all but one share of Dirichlet 0.5 and 1).
    /// </summary>
    public static bool IsPublished(Cell cell) =>
        cell.Model == "mlp" || Pairs.Contains((cell.Alpha, cell.Share));

    private static readonly ImmutableArray<(string Alpha, int Share)> Pairs =
        [("iid", 20), ("iid", 40), ("0.1", 20), ("0.1", 40), ("0.5", 10), ("1", 30)];

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
