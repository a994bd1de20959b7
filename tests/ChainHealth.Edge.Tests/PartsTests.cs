using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Edge.Tests;

public sealed class PartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("iid", null)]
    [InlineData("IID", null)]
    [InlineData("0.5", 0.5)]
    public void Alpha_is_iid_or_a_number(string text, double? alpha) =>
        Assert.Equal(alpha, EdgeOptions.ParseAlpha(text));

    [Theory]
    [InlineData("zero")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public void Another_alpha_is_refused_by_name(string text) =>
        Assert.Contains("--alpha", Assert.Throws<EdgeException>(() => EdgeOptions.ParseAlpha(text)).Message);

    [Theory]
    [InlineData("0/5")]
    [InlineData("6/5")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void A_partition_outside_its_count_is_refused(string text) =>
        Assert.Contains("2/5", Assert.Throws<EdgeException>(() => EdgeOptions.ParsePartition(text)).Message);

    [Fact]
    public void Hospitals_hold_disjoint_parts_that_cover_the_training_split()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");
        int[][] parts = Partition.All(wdbc, 5, 0.5, 7);
        Assert.Equal(Enumerable.Range(0, Partition.Private(wdbc).Count), parts.SelectMany(p => p).Order());
        Assert.Equal(parts[1].Length, Partition.Own(wdbc, EdgeOptions.ParsePartition("2/5"), 0.5, 7).Count);
    }

    [Fact]
    public void The_pool_vector_holds_records_then_one_hot_labels()
    {
        RunPlan plan = TestPlans.Sound(new TestNetwork());
        var pool = new Records(plan.Architecture.Input, 2, [1f, -1f, 0.5f, 0f, 2f, 0f, 0f, -0.25f], [1, 0]);
        long[] vector = PoolVector.Encode(pool, plan);
        Assert.Equal([65536, -65536, 32768, 0, 131072, 0, 0, -16384, 0, 1, 1, 0], vector);
    }

    [Fact]
    public void A_pool_value_that_does_not_fit_is_named()
    {
        RunPlan plan = TestPlans.Sound(new TestNetwork());
        var pool = new Records(plan.Architecture.Input, 2, [0f, 0f, 0f, 0f, 0f, 0f, float.NaN, 0f], [1, 0]);
        string message = Assert.Throws<InvalidDataException>(() => PoolVector.Encode(pool, plan)).Message;
        Assert.Contains("record 1, value 2", message);
    }

    [Fact]
    public void A_recipe_survives_the_way_into_a_plan_and_back()
    {
        TrainingOptions options = TrainingDefaults.For("breastmnist", false, 2).Options with { Proximal = 0.05 };
        Assert.Equal(options, Recipes.ToOptions(Recipes.ToRecipe(options)));
    }

    [Fact]
    public async Task A_model_that_was_damaged_on_disk_is_thrown_away_and_not_used()
    {
        RoundScenario round = RoundScenario.Start().Approve().Round();
        var shelf = new ModelShelf(_folder);
        Assert.Null(shelf.Adopted());
        GlobalModel model = GlobalModel.TryDecode(
            round.Models[round.Run.Model], round.Plan.Architecture, out _)!;
        shelf.Adopt(model);
        Assert.Equal(model.Hash, shelf.Adopted());
        Assert.Equal(model.Hash, (await shelf.GetAsync(null!, round.Run, CancellationToken.None)).Hash);

        string file = Directory.GetFiles(_folder, "*.model").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        await Assert.ThrowsAsync<InvalidDataException>(() => shelf.GetAsync(null!, round.Run, CancellationToken.None));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task The_first_model_needs_nobody()
    {
        RoundScenario round = RoundScenario.Start();
        GlobalModel model = await new ModelShelf(_folder).GetAsync(null!, round.Run, CancellationToken.None);
        Assert.Equal(round.Run.Model, model.Hash);
    }
}
