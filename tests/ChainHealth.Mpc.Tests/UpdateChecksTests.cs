using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>Norm, cosine, duplicates, patches and leave-one-out against plain arithmetic, with updates made so that
/// each check has something to find, and with vectors that wrap the ring.</summary>
public class UpdateChecksTests
{
    private static readonly Architecture Table =
        Architectures.TryCreate("mlp", new TensorShape(1, 1, 10), 3, out _)!;

    private static readonly CheckLimits All = new()
    {
        NormMinMillis = 50,
        NormMaxMillis = 2000,
        CosineMinPerMille = -100,
        DuplicateCosinePerMille = 950,
        LeaveOneOutRecords = 30,
        LeaveOneOutMarginPerMille = 100,
        LeaveOneOutRecallMarginPerMille = 300,
    };

    [Theory]
    [InlineData(1, -100)]
    [InlineData(2, 0)]
    [InlineData(3, 150)]
    [InlineData(4, 300)]
    public async Task Reasons_equal_those_of_plain_arithmetic(int seed, int cosine)
    {
        var scene = new UpdateScene(Table, seed, records: 40);
        long[] first = scene.Random(1), second = scene.Random(0.7);
        long[] wrapped = scene.Random(0.5);
        wrapped[7] = long.MaxValue - 5;
        scene.Updates =
        [
            first, scene.Random(0.01), scene.Random(9), scene.Mix(first, 0.9, scene.Random(0.1)), wrapped, second,
            scene.Mix(second, -1, scene.Random(0.2)), scene.Mix(first, 1, scene.Random(1)),
            [.. first], scene.Mix(wrapped, 1, scene.Random(0.001)),
        ];
        scene.Reference = scene.Mix(first, 1, second);
        await scene.CheckAsync(new CheckPolicy(40, 300, 100, 900, 0)
        {
            Limits = All with { CosineMinPerMille = cosine },
        });
    }

    [Fact]
    public async Task A_reference_that_is_too_large_refuses_nobody()
    {
        var scene = new UpdateScene(Table, 5, records: 40);
        scene.Updates = [scene.Random(0.5), scene.Random(0.5), scene.Random(0.5)];
        scene.Reference = scene.Mix(scene.Updates[0], -40, scene.Updates[1]);
        RefusalReasons[] reasons = await scene.CheckAsync(
            new CheckPolicy(40, 1000, 0, 1000, 0) { Limits = All with { CosineMinPerMille = 900 } });
        Assert.All(reasons, r => Assert.False(r.HasFlag(RefusalReasons.Cosine)));
        scene.Reference = scene.Mix(scene.Updates[0], -1, scene.Random(0.01));
        reasons = await scene.CheckAsync(
            new CheckPolicy(40, 1000, 0, 1000, 0) { Limits = All with { CosineMinPerMille = 900 } });
        Assert.All(reasons, r => Assert.True(r.HasFlag(RefusalReasons.Cosine)));
    }

    [Fact]
    public async Task Of_two_duplicates_the_one_committed_later_is_refused()
    {
        var scene = new UpdateScene(Table, 6, records: 40) { CommitOrder = [2, 0, 1] };
        scene.Updates = [scene.Random(1), scene.Random(1), []];
        scene.Updates[2] = [.. scene.Updates[0]];
        RefusalReasons[] reasons = await scene.RunAsync(new CheckPolicy(40, 1000, 0, 1000, 0)
        {
            Limits = new CheckLimits { NormMaxMillis = 2000, DuplicateCosinePerMille = 990 },
        });
        Assert.Equal([RefusalReasons.Duplicate, RefusalReasons.None, RefusalReasons.None], reasons);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_that_repeats_the_last_step_of_the_global_model_is_a_duplicate(bool withReference)
    {
        var scene = new UpdateScene(Table, 7, records: 40);
        long[] step = scene.Random(1), opposite = scene.Mix(step, -1, scene.Random(0.01));
        scene.Previous = [.. scene.Global.Select((w, i) => w - step[i])];
        scene.Updates = [scene.Random(1), step, scene.Mix(step, 0.5, scene.Random(0.05)), opposite];
        scene.Reference = withReference ? scene.Random(1) : null;
        RefusalReasons[] reasons = await scene.RunAsync(new CheckPolicy(40, 1000, 0, 1000, 0)
        {
            Limits = new CheckLimits
            {
                NormMaxMillis = 2000, DuplicateCosinePerMille = 970, CosineMinPerMille = -999,
            },
        });
        Assert.Equal(
            [RefusalReasons.None, RefusalReasons.Duplicate, RefusalReasons.Duplicate, RefusalReasons.None], reasons);
    }

    [Theory]
    [InlineData(16, 250, 1)]
    [InlineData(40, 400, 2)]
    [InlineData(33, 150, 3)]
    public async Task Rush_on_patches_equals_plain_arithmetic(int records, int rush, int seed)
    {
        Architecture images = Architectures.TryCreate("strided", new TensorShape(1, 14, 14), 3, out _)!;
        var scene = new UpdateScene(images, seed, records: 48);
        scene.Updates = [.. Enumerable.Range(0, 5).Select(i => scene.Random(0.5 + (7 * i)))];
        RefusalReasons[] reasons = await scene.CheckAsync(new CheckPolicy(48, 1000, 0, 1000, 0)
        {
            Limits = new CheckLimits { PatchRecords = records, PatchRushPerMille = rush },
        });
        Assert.Contains(RefusalReasons.PatchRush, reasons);
        Assert.Contains(RefusalReasons.None, reasons);
    }

    [Fact]
    public async Task Leave_one_out_weighs_updates_by_their_samples()
    {
        var scene = new UpdateScene(Table, 9, records: 60) { Weights = [100, 700, 90, 110, 250] };
        scene.Updates = [.. Enumerable.Range(0, 5).Select(i => scene.Random(i == 1 ? 9.5 : 0.3))];
        RefusalReasons[] reasons = await scene.CheckAsync(new CheckPolicy(60, 1000, 0, 1000, 0)
        {
            Limits = new CheckLimits
            {
                NormMaxMillis = 10_000,
                LeaveOneOutRecords = 60,
                LeaveOneOutMarginPerMille = 150,
            },
        });
        Assert.Equal(RefusalReasons.LeaveOneOut, reasons[1]);
        Assert.Equal(4, reasons.Count(r => r == RefusalReasons.None));
    }
}
