using ChainHealth.Edge.Experiments;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Tests;

public sealed class ExperimentTests : IDisposable
{
    private static readonly GridSettings Settings = new(2, 5, 200, 40, ["all"], Encrypted: false);
    private readonly string _folder = Directory.CreateTempSubdirectory("experiment-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("iid", 1)]
    [InlineData("0.1", 1)]
    [InlineData("iid", 2)]
    public async Task Plain_decisions_are_those_of_the_encrypted_check(string alpha, int round)
    {
        FederationScene scene = Scene(alpha);
        float[] start = scene.Initial();
        float[]? before = round == 1 ? null : start;
        float[] global = round == 1 ? start : [.. start.Select((w, i) => w + Enumerable.Range(0, 5)
            .Average(h => scene.Honest(start, h)[i]))];
        VerificationDefaults policy = scene.Defaults.Verification;
        policy = policy with { Limits = policy.Limits.ForRound(round) };
        string[] attacks = ["label-flip", "sign-flip", "backdoor:1", "delta-rider", "gaussian:0.01"];
        float[][] updates =
        [
            .. Enumerable.Range(0, 5).Select(h => scene.Honest(global, h)),
            .. attacks.Select((a, h) => scene.Poisoned(global, before, h, Attack.TryParse(a, out _)!, round, [h])),
            scene.Honest(global, 0),
        ];
        var check = new PlainCheck(scene, Settings.Draw);

        (bool[] accepted, Digest draw) = await new EncryptedCheck(scene).JudgeAsync(
            global, before, updates, policy, Settings.Draw, TestContext());
        IReadOnlyList<IReadOnlyList<string>> plain = check.Judge(global, before, updates, policy, draw);

        Assert.Equal(accepted, plain.Select(reasons => reasons.Count == 0));
        Assert.Equal(5, accepted.Take(5).Count(a => a));
        Assert.DoesNotContain(true, accepted.Skip(5));
    }

    /// <summary>The whole test split under sharing, and verdicts of which narrow margins cut through the honest
    /// updates; "bench agreement" does the same for all data sets.</summary>
    [Fact]
    public void Encrypted_answers_and_verdicts_are_those_in_the_clear()
    {
        FederationScene scene = Scene("iid");

        DatasetAgreement agreement = new AgreementRun(scene, new AgreementSettings(2, 64, int.MaxValue, 7))
            .Execute("wdbc", TestContext());

        Assert.Equal(scene.Test.Count, agreement.Scores.Records);
        Assert.True(agreement.Scores.SameAsFloat >= 0.995 * scene.Test.Count);
        Assert.InRange(agreement.Scores.FromTwin, 1e-9, 1e-3);
        Assert.Equal(agreement.OneLayer.Logits, agreement.OneLayer.ExactLogits);
        Assert.All(agreement.Verdicts, v => Assert.Empty(v.Different));
        Assert.Contains(agreement.Verdicts, v => v.HonestAccepted < v.Honest);
        Assert.Contains(agreement.Verdicts, v => v.HonestAccepted == v.Honest && v.PoisonedRefused > 4);
    }

    [Fact]
    public void A_cell_gives_the_same_result_twice()
    {
        Cell cell = Wdbc("label-flip", 40);
        CellResult first = Run(cell), second = Run(cell);

        Assert.Equal(first.Checked[0].Score, second.Checked[0].Score);
        Assert.Equal(first.Unprotected, second.Unprotected);
        Assert.Equal(4, first.Checked[0].PoisonedRefused);
        Assert.True(first.Checked[0].Score.Accuracy > first.Unprotected.Accuracy);
    }

    [Fact]
    public void A_larger_share_of_poisoners_holds_the_smaller_one()
    {
        IEnumerable<int> few = CellRunner.Poisoners(Wdbc("scale", 10), 10);
        IEnumerable<int> many = CellRunner.Poisoners(Wdbc("scale", 40), 10);

        Assert.Single(few);
        Assert.Equal(4, many.Count());
        Assert.Subset(many.ToHashSet(), few.ToHashSet());
    }

    [Fact]
    public async Task A_grid_that_was_killed_goes_on_where_it_stopped()
    {
        Cell[] cells = [Wdbc("scale", 20), Wdbc("sign-flip", 20), Wdbc("label-flip", 20)];
        IReadOnlyList<CellResult> some = await Complete(cells[..2], resume: false);
        string file = Path.Combine(_folder, "cells.jsonl");
        string whole = File.ReadAllText(file);
        File.WriteAllText(file, whole[..^20]);

        Assert.Equal(cells[0], Assert.Single(CellLog.Read(_folder)).Cell);
        IReadOnlyList<CellResult> all = await Complete(cells, resume: true);

        Assert.Equal(2, some.Count);
        Assert.Equal(cells, all.Select(r => r.Cell));
        Assert.Equal(whole.Split('\n')[0], File.ReadAllLines(file)[0]);
        Assert.Equal(3, File.ReadAllLines(file).Length);
    }

    [Fact]
    public async Task Results_in_the_folder_count_only_when_somebody_says_so()
    {
        await Complete([Wdbc("scale", 20)], resume: false);

        EdgeException refused = await Assert.ThrowsAsync<EdgeException>(
            () => Complete([Wdbc("scale", 20)], resume: false));

        Assert.Contains("--resume", refused.Message);
    }

    [Fact]
    public void A_line_that_is_no_result_is_named_by_file_and_line()
    {
        File.WriteAllText(Path.Combine(_folder, "cells.jsonl"), "{\"cell\":7}\n");

        Assert.Contains("cells.jsonl, line 1",
            Assert.Throws<InvalidDataException>(() => CellLog.Read(_folder)).Message);
    }

    [Fact]
    public void Parts_of_a_grid_cover_it_and_share_nothing()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");
        IReadOnlyList<Cell> cells = Grid.Cells([wdbc], [], Grid.Attacks, [20], Grid.Alphas, [1, 2]);
        Cell[] parts = [.. Enumerable.Range(0, 3).SelectMany(i => Grid.Shard(cells, i, 3))];

        Assert.Equal(cells.Count, parts.Length);
        Assert.Equal(cells.ToHashSet(), parts.ToHashSet());
        Assert.DoesNotContain(cells, c => c.Attack.Contains('{', StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_says_which_goals_are_met_and_which_cells_miss()
    {
        GridPlan plan = Plan([Wdbc("label-flip", 40), Wdbc("scale", 20)], resume: false);
        CellResult[] results = [.. plan.Cells.Select(Run)];
        var report = new PoisoningReport(plan, results);

        Assert.Contains("| flips of all labels, Gaussian, sign flip, scaling, replacement: all refused | 100.0 % ",
            report.ToMarkdown("command"), StringComparison.Ordinal);
        Assert.Equal(3, report.ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"poisonedRefused\"", System.Text.Json.JsonSerializer.Serialize(
            results[0], new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web)));
        Assert.Contains("wdbc,40,1,", new RecoveryReport(plan, results).ToCsv(), StringComparison.Ordinal);
        var picture = System.Xml.Linq.XDocument.Parse(RecoveryChart.Draw(new RecoveryReport(plan, results).Rows));
        Assert.Equal(2 + plan.Settings.Checks.Length, picture.Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Theory]
    [InlineData("accuracy+nothing")]
    [InlineData("")]
    public void A_check_that_is_not_known_is_named(string text) => Assert.Contains("--checks",
        Assert.Throws<EdgeException>(() => CheckSet.Parse(text, new VerificationDefaults(0, 0, 0, 0))).Message);

    private static CancellationToken TestContext() => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private static Cell Wdbc(string attack, int share) => new("wdbc", "mlp", "iid", 7, attack, share);

    private static FederationScene Scene(string alpha) => new(DatasetLoader.Load("wdbc"), new SceneOptions(
        "wdbc", null, EdgeOptions.ParseAlpha(alpha), 7, 5, Settings.Records, Settings.Draw));

    private static CellResult Run(Cell cell) => new CellRunner(n => DatasetLoader.Load(n), Settings).Run(cell);

    private Task<IReadOnlyList<CellResult>> Complete(Cell[] cells, bool resume) =>
        GridRun.CompleteAsync(Plan(cells, resume), n => DatasetLoader.Load(n), TestContext());

    private GridPlan Plan(Cell[] cells, bool resume) =>
        new(cells, Settings, _folder, resume, 1, TimeSpan.MaxValue, null);
}
