using System.Globalization;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Edge.Tests;

/// <summary>Hospitals with records of their own and the study's anchors in a file.</summary>
public sealed class StudyAnchorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anchors-").FullName;
    private readonly Dataset _wdbc = DatasetLoader.Load("wdbc");
    private readonly RunPlan _plan;

    public StudyAnchorsTests()
    {
        TrainingOptions options = TrainingDefaults.For(_wdbc).Options;
        _plan = TestPlans.Sound(new TestNetwork()) with
        {
            Dataset = "wdbc",
            ClassNames = _wdbc.Schema.ClassNames,
            Architecture = Architectures.TryCreate("mlp", _wdbc.Schema.Shape, 2, out _)!,
            Recipe = Recipes.ToRecipe(options) with { Anchors = AnchorFile.ChecksumOf(_wdbc, 24) },
        };
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_hospital_with_own_records_and_the_file_trains_the_anchors_of_who_has_the_public_set()
    {
        string path = await ExportAsync("wdbc");
        Dataset own = Own();
        var anchors = StudyAnchors.Load(path, own);
        Records here = anchors.For(_plan, own), there = StudyAnchors.None.For(_plan, _wdbc);

        Assert.Equal([24, 24], here.CountPerClass());
        Assert.Equal(there.Values, here.Values);
        Assert.Equal(there.Labels, here.Labels);
        Assert.Same(own.Train, anchors.Private(own));
        Assert.Null(anchors.Lack(_plan, own));
        Assert.Null(anchors.Fault(_plan));
    }

    [Fact]
    public void A_hospital_that_lacks_the_anchors_is_told_before_it_trains()
    {
        Assert.Null(StudyAnchors.None.Lack(_plan, _wdbc));
        Assert.Contains("--anchors FILE", StudyAnchors.None.Lack(_plan, Own()), StringComparison.Ordinal);
        // A file of the same name is not the public set.
        Assert.NotNull(StudyAnchors.None.Lack(_plan, Own() with { Name = "wdbc" }));
        var bare = _plan with { Recipe = _plan.Recipe with { AnchorsPerClass = 0 } };
        Assert.Null(StudyAnchors.None.Lack(bare, Own()));
    }

    [Fact]
    public void The_status_goes_on_saying_so_after_other_troubles_until_a_plan_has_its_anchors()
    {
        var monitor = new EdgeMonitor(TimeProvider.System);
        monitor.Warn(StudyAnchors.None.Lack(_plan, Own()));
        monitor.Failed("a link broke");
        Assert.Matches("anchors of each class of 'wdbc', .*; a link broke", Trouble());
        monitor.Warn(null);
        Assert.Equal("a link broke", Trouble());

        string Trouble() => monitor.Status("own", 1, new Rehearsals(false, null)).LastError;
    }

    [Fact]
    public void A_file_of_another_study_is_refused_by_name()
    {
        string path = Save(AnchorFile.Of(_wdbc, 24) with { ClassNames = ["ill", "well"] });
        Assert.Matches($"^{path}: .*classes ill, well", Refused(path, Own()));

        path = Save(AnchorFile.Of(_wdbc, 24) with { ClassNames = [.. _wdbc.Schema.ClassNames.Reverse()] });
        Assert.Matches($"^{path}: .*ROWS,COLUMNS,benign,malignant and labels from 0", Refused(path, Own()));

        var narrow = new Records(new TensorShape(1, 1, 2), 2, [0, 1, 2, 3], [0, 1]);
        path = Save(new AnchorFile("cells", _wdbc.Schema.ClassNames, 1, narrow));
        Assert.Matches($"^{path}: .*1x1x2, own has 1x1x30; ask the study's provider", Refused(path, Own()));

        Dataset own = Own();
        path = Save(AnchorFile.Of(_wdbc, 8));
        var few = StudyAnchors.Load(path, own);
        Assert.Matches($"^{path}: .*8 anchors .* the plan wants 24 of 'wdbc'", few.Fault(_plan));
        Assert.Throws<DatasetException>(() => few.For(_plan, own));

        // The right number of the right set, but another value: the plan names the hash.
        AnchorFile other = AnchorFile.Of(_wdbc, 24);
        other.Records.Values[3] = 0;
        path = Save(other);
        Assert.Matches($"^{path}: its SHA-256 is {other.Checksum}, the plan's anchors have {_plan.Recipe.Anchors}",
            StudyAnchors.Load(path, own).Fault(_plan));
    }

    [Fact]
    public void Anchors_that_differ_from_those_of_the_public_set_are_refused_where_it_is_here()
    {
        var file = AnchorFile.Of(_wdbc, 24);
        Assert.Equal(Partition.Private(_wdbc).Count, StudyAnchors.Load(Save(file), _wdbc).Private(_wdbc).Count);

        file.Records.Values[7] += 1;
        Assert.Contains("not those of the public set 'wdbc'", Refused(Save(file), _wdbc), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_by_name_and_never_read_by_halves()
    {
        byte[] sound = AnchorFile.Of(_wdbc, 2).Encode();
        Assert.Equal(sound, AnchorFile.TryDecode(sound, out _)!.Encode());
        for (int length = 0; length < sound.Length; length++)
        {
            Assert.Null(AnchorFile.TryDecode(sound.AsSpan(0, length), out string? fault));
            Assert.NotNull(fault);
        }

        var random = new Random(5);
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = [.. sound];
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            // What is taken is canonical: it says exactly what its bytes say.
            Assert.True(AnchorFile.TryDecode(bytes, out string? fault) is { } file
                ? file.Encode().SequenceEqual(bytes) : fault is not null);
        }

        string path = Path.Combine(_folder, "broken.anchors");
        File.WriteAllBytes(path, sound[..^3]);
        Assert.StartsWith(path + ": not an anchor file", Refused(path, Own()), StringComparison.Ordinal);
        Assert.Contains("no such file", Refused(path + "x", Own()), StringComparison.Ordinal);
    }

    private static string Refused(string path, Dataset dataset) =>
        Assert.Throws<DatasetException>(() => StudyAnchors.Load(path, dataset)).Message;

    private string Save(AnchorFile file)
    {
        string path = Path.Combine(_folder, "study.anchors");
        File.WriteAllBytes(path, file.Encode());
        return path;
    }

    private async Task<string> ExportAsync(string name)
    {
        string path = Path.Combine(_folder, name + ".anchors");
        Assert.Equal(0, await EdgeCommands.RunAsync(["dataset", "anchors", name, "--out", path, "--json"]));
        return path;
    }

    /// <summary>A hospital's own table with the study's columns and classes.</summary>
    private Dataset Own()
    {
        var random = new Random(3);
        IEnumerable<string> rows = Enumerable.Range(0, 80).Select(i => string.Join(
            ',', Enumerable.Range(0, 30).Select(_ => (random.NextDouble() + (i % 2)).ToString(
                CultureInfo.InvariantCulture)).Append($"{i % 2}")));
        string path = Path.Combine(_folder, "own.csv");
        File.WriteAllLines(path, ["80,30," + string.Join(',', _wdbc.Schema.ClassNames), .. rows]);
        return DatasetLoader.Load(path);
    }
}
