using System.CommandLine;
using System.Globalization;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>The options of both experiments.</summary>
internal sealed class GridOptions
{
    private static readonly TimeSpan QuickMax = TimeSpan.FromMinutes(10);

    public Option<string?> Datasets { get; } = List("--datasets", "names with commas between");

    public Option<string?> Models { get; } = List("--models", "networks; default by data set");

    public Option<string?> Attacks { get; } = List("--attacks", $"among {string.Join(", ", Attack.Kinds)}");

    public Option<string?> Fractions { get; } = List("--fractions", "poisoning hospitals, per cent");

    public Option<string?> Alphas { get; } = List("--alphas", "iid or Dirichlet parameters");

    public Option<string?> Checks { get; } = List(
        "--checks", $"sets of checks, names with a plus between: {string.Join(", ", CheckSet.Names)}");

    public Option<string?> Seeds { get; } = List("--seeds", "of splits, models and draws");

    public Option<int> Rounds { get; } = Number("--rounds", "of training", 3);

    public Option<int> Hospitals { get; } = Number("--hospitals", "in each federation", 10);

    public Option<int> Records { get; } = Number("--records", "training records dealt out, at most", 800);

    public Option<int> Jobs { get; } = Number("--jobs", "processes", 1);

    public Option<string> Out { get; } = new("--out") { Description = "folder of the results", Required = true };

    public Option<bool> Resume { get; } = new("--resume") { Description = "go on with what the folder holds" };

    public Option<bool> Quick { get; } = new("--quick")
    {
        Description = "a reduced grid; stops after 10 minutes and resumes later",
    };

    public Option<bool> Report { get; } = new("--report")
    {
        Description = "compute nothing: write the report of what the folder holds",
    };

    public Option<bool> Encrypted { get; } = new("--encrypted")
    {
        Description = "decide by the encrypted check, its four parties in this process (slow)",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "print the report as JSON" };

    public Option<string?> Shard { get; } = new("--shard") { Description = "part of several", Hidden = true };

    public Option<string?> Data { get; } = EdgeOptions.Data();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Datasets, Models, Attacks, Fractions, Alphas, Checks, Seeds, Rounds,
            Hospitals, Records, Jobs, Out, Resume, Quick, Report, Encrypted, Json, Shard, Data])
        {
            command.Add(option);
        }
    }

    /// <param name="usual">The grid where the person chooses nothing.</param>
    /// <exception cref="EdgeException">A value out of range; names the option.</exception>
    /// <exception cref="DatasetException">No such data set.</exception>
    public GridPlan Plan(ParseResult parsed, GridChoice usual, Func<string, Dataset> datasets)
    {
        string[] attacks = Split(parsed, Attacks, usual.Attacks);
        string[] alphas = Split(parsed, Alphas, usual.Alphas);
        Array.ForEach(alphas, a => EdgeOptions.ParseAlpha(a));
        Dataset[] sets = [.. Split(parsed, Datasets, usual.Datasets).Select(datasets)];
        int[] shares = [.. Split(parsed, Fractions, usual.Shares).Select(t => Whole("--fractions", t, 1, 50))];
        ulong[] seeds = [.. Split(parsed, Seeds, usual.Seeds).Select(t => (ulong)Whole("--seeds", t, 0, int.MaxValue))];
        string[] checks = Split(parsed, Checks, usual.Checks);
        Array.ForEach(checks, c => CheckSet.Parse(c, TrainingDefaults.For(sets[0]).Verification));
        var settings = new GridSettings(
            Range(parsed, Rounds, 1, 100), Range(parsed, Hospitals, 4, 100), Range(parsed, Records, 50, 1_000_000),
            GridChoice.Draw, [.. checks], parsed.GetValue(Encrypted));
        IReadOnlyList<Cell> cells = Grid.Cells(sets, Split(parsed, Models, []), attacks, shares, alphas, seeds);
        foreach (Cell cell in cells)
        {
            CheckCommand.ParseAttack(cell.Attack, sets.First(s => s.Name == cell.Dataset).Schema.Classes);
        }

        return new GridPlan(
            cells, settings, parsed.GetRequiredValue(Out), parsed.GetValue(Resume), Range(parsed, Jobs, 1, 64),
            parsed.GetValue(Report) ? TimeSpan.Zero : parsed.GetValue(Quick) ? QuickMax : TimeSpan.MaxValue,
            ParseShard(parsed.GetValue(Shard)));
    }

    private static (int, int)? ParseShard(string? text) => text?.Split('/') is [{ } index, { } count]
        ? (Whole("--shard", index, 0, 63), Whole("--shard", count, 1, 64)) : null;

    private static string[] Split(ParseResult parsed, Option<string?> option, IReadOnlyList<string> usual) =>
        parsed.GetValue(option) is { } text
            ? [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()]
            : [.. usual];

    private static int Range(ParseResult parsed, Option<int> option, int min, int max)
    {
        int value = parsed.GetValue(option);
        return value >= min && value <= max
            ? value : throw new EdgeException($"{option.Name} {value}: {min} to {max} is wanted");
    }

    private static int Whole(string option, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max
            ? value : throw new EdgeException($"{option} {text}: whole numbers from {min} to {max} are wanted");

    private static Option<string?> List(string name, string description) => new(name) { Description = description };

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}

/// <summary>A grid as lists of texts.</summary>
internal sealed record GridChoice(
    IReadOnlyList<string> Datasets, IReadOnlyList<string> Attacks, IReadOnlyList<string> Shares,
    IReadOnlyList<string> Alphas, IReadOnlyList<string> Seeds, IReadOnlyList<string> Checks)
{
    /// <summary>Records of the pool that a round draws.</summary>
    public const int Draw = 128;
}
