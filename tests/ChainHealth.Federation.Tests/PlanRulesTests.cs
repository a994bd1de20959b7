using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class PlanRulesTests
{
    private static readonly RunPlan Sound = TestPlans.Sound(RunBench.Network);

    public static TheoryData<string, Func<RunPlan, RunPlan>> Unsound => new()
    {
        { "title", p => p with { Title = "" } },
        { "title", p => p with { Dataset = new string('x', 129) } },
        { "1 class names for 2", p => p with { ClassNames = ["one"] } },
        { "distinct", p => p with { ClassNames = ["one", "one"] } },
        { "minimum of 2", p => p with { MinimumUpdates = 2 } },
        { "each once", p => p with { Hospitals = [.. p.Hospitals.Take(4), p.Hospitals[0]] } },
        { "at most 64", p => p with { Hospitals = [.. Enumerable.Range(1, 65).Select(i => new MemberId((uint)i))] } },
        { "5 hospitals, 6 needed", p => p with { MinimumUpdates = 6 } },
        { "4 distinct", p => p with { Committee = p.Committee[..3] } },
        { "4 distinct", p => p with { Committee = [.. p.Committee[..3], p.Committee[0]] } },
        { "contributor", p => p with { PoolContributor = p.Committee[2] } },
        { "rounds", p => p with { Rounds = 0 } },
        { "rounds", p => p with { Rounds = 1001 } },
        { "target", p => p with { TargetAccuracy = 1001 } },
        { "fraction", p => p with { Format = default } },
        { "epochs", p => p with { Recipe = p.Recipe with { Epochs = 0 } } },
        { "batch", p => p with { Recipe = p.Recipe with { BatchSize = 4097 } } },
        { "learning", p => p with { Recipe = p.Recipe with { LearningRateMicros = 0 } } },
        { "clip", p => p with { Recipe = p.Recipe with { ClipNormMillis = 0 } } },
        { "proximal", p => p with { Recipe = p.Recipe with { ProximalMillis = -1 } } },
        { "balanced", p => p with { Recipe = p.Recipe with { BalancedSteps = -1 } } },
        { "anchors", p => p with { Recipe = p.Recipe with { AnchorsPerClass = 1001 } } },
        { "SHA-256", p => p with { Recipe = p.Recipe with { AnchorsPerClass = 8 } } },
        { "approval deadline", p => p with { Deadlines = p.Deadlines with { ApprovalMs = 99 } } },
        { "train deadline", p => p with { Deadlines = p.Deadlines with { TrainMs = int.MaxValue } } },
        { "attest deadline", p => p with { Deadlines = p.Deadlines with { AttestMs = 0 } } },
        { "check deadline", p => p with { Deadlines = p.Deadlines with { CheckMs = -5 } } },
        { "aggregate deadline", p => p with { Deadlines = p.Deadlines with { AggregateMs = 1 } } },
        { "publish deadline", p => p with { Deadlines = p.Deadlines with { PublishMs = 1 } } },
        { "draw size", p => p with { Policy = p.Policy with { DrawSize = 0 } } },
        { "accuracy margin", p => p with { Policy = p.Policy with { AccuracyMargin = 1001 } } },
        { "accuracy floor", p => p with { Policy = p.Policy with { AccuracyFloor = -1 } } },
        { "recall margin", p => p with { Policy = p.Policy with { RecallMargin = -1 } } },
        { "recall floor", p => p with { Policy = p.Policy with { RecallFloor = 2000 } } },
        { "refusals", p => p with { Policy = p.Policy with { RefusalsMax = -1 } } },
        { "rounds of a suspension", p => p with { Policy = p.Policy with { RefusalsMax = 2 } } },
        { "rounds of a suspension", p => p with { Policy = p.Policy with { SuspensionRounds = 101 } } },
        { "below the clip norm 5000", p => WithLimits(p, l => l with { NormMaxMillis = 4999 }) },
        { "least norm", p => WithLimits(p, l => l with { NormMaxMillis = 9000, NormMinMillis = 9001 }) },
        { "least norm", p => WithLimits(p, l => l with { NormMinMillis = 1 }) },
        { "too large", p => WithLimits(p, l => l with { NormMaxMillis = CheckLimits.NormMillisMax }) },
        { "need a largest norm", p => WithLimits(p, l => l with { CosineMinPerMille = 0 }) },
        { "need a largest norm", p => WithLimits(p, l => l with { DuplicateCosinePerMille = 900 }) },
        { "need a largest norm", p => WithLimits(
            p, l => l with { LeaveOneOutRecords = 8, LeaveOneOutMarginPerMille = 50 }) },
        { "need a largest norm", p => WithLimits(p, l => l with { AggregateMarginPerMille = 50 }) },
        { "of the second round", p => WithLimits(p, l => l with { CosineSecondPerMille = 1001 }) },
        { "least cosine", p => WithLimits(p, l => l with { CosineMinPerMille = -1001 }) },
        { "cosine of duplicates", p => WithLimits(p, l => l with { DuplicateCosinePerMille = -1 }) },
        { "records with patches", p => WithLimits(p, l => l with { PatchRecords = 4097 }) },
        { "rush", p => WithLimits(p, l => l with { PatchRushPerMille = 1001 }) },
        { "records of leave-one-out", p => WithLimits(p, l => l with { LeaveOneOutRecords = -1 }) },
        { "leave-one-out margin", p => WithLimits(p, l => l with { LeaveOneOutMarginPerMille = -1 }) },
        { "margin of recall", p => WithLimits(p, l => l with { LeaveOneOutRecallMarginPerMille = 1001 }) },
        { "aggregate margin", p => WithLimits(p, l => l with { AggregateMarginPerMille = 1001 }) },
        { "without a check", p => WithLimits(
            p with { Policy = p.Policy with { Enabled = false } }, l => l with { NormMaxMillis = 6000 }) },
    };

    private static readonly CheckLimits Every = new()
    {
        NormMinMillis = 11,
        NormMaxMillis = 6012,
        CosineMinPerMille = -13,
        CosineFirstPerMille = 800,
        CosineSecondPerMille = 700,
        CosineThirdPerMille = 600,
        DuplicateCosinePerMille = 914,
        PatchRecords = 15,
        PatchRushPerMille = 316,
        LeaveOneOutRecords = 17,
        LeaveOneOutMarginPerMille = 18,
        LeaveOneOutRecallMarginPerMille = 19,
        AggregateMarginPerMille = 20,
    };

    private static RunPlan WithLimits(RunPlan plan, Func<CheckLimits, CheckLimits> change) =>
        plan with { Policy = plan.Policy with { Limits = change(plan.Policy.Limits) } };

    [Fact]
    public void A_plan_with_every_limit_is_taken_and_keeps_them_through_its_bytes()
    {
        RunPlan all = WithLimits(Sound, _ => Every) with { };
        all = all with { Policy = all.Policy with { RefusalsMax = 2, SuspensionRounds = 3 } };
        Assert.Null(PlanRules.Fault(all));
        var reader = new CanonicalReader(RunPlanCodec.Encode(all));
        Assert.Equal(all.Policy, RunPlanCodec.Read(ref reader)!.Policy);
    }

    [Theory]
    [InlineData(1, 800)]
    [InlineData(2, 700)]
    [InlineData(3, 600)]
    [InlineData(4, 300)]
    [InlineData(9, 9)]
    [InlineData(12, 1)]
    [InlineData(1000, 0)]
    public void The_least_cosine_of_each_round(int round, int perMille) => Assert.Equal(
        perMille, (Every with { CosineMinPerMille = 0 }).ForRound(round).CosineMinPerMille);

    [Fact]
    public void The_largest_norm_keeps_inner_products_of_bounded_updates_within_the_ring()
    {
        const int Parameters = 1 << 20;
        int largest = Enumerable.Range(1, 20_000).Last(n => Fault(n) is null);
        long parameter = 2 * (Every with { NormMaxMillis = largest }).ProjectionUnits(Parameters, FixedPoint.Default);
        Assert.True((UInt128)parameter * (UInt128)parameter * Parameters < UInt128.One << 63);
        Assert.True(largest > 3000, $"{largest}");
        static string? Fault(int norm) =>
            (Every with { NormMaxMillis = norm, NormMinMillis = 0 }).Fault(Parameters, FixedPoint.Default);
    }

    [Fact]
    public void A_sound_plan_is_taken() => Assert.Null(PlanRules.Fault(Sound));

    [Theory]
    [MemberData(nameof(Unsound))]
    public void P_an_unsound_plan_is_refused_by_field(string words, Func<RunPlan, RunPlan> spoil)
    {
        RunPlan plan = spoil(Sound);
        Assert.Contains(words, PlanRules.Fault(plan), StringComparison.Ordinal);
        Assert.NotNull(RunRules.Create(new RunId(1), new MemberId(1), plan, default, default).Fault);
    }

    [Fact]
    public void Decoding_an_encoded_plan_gives_the_same_bytes()
    {
        byte[] bytes = RunPlanCodec.Encode(Sound);
        var reader = new CanonicalReader(bytes);
        RunPlan plan = RunPlanCodec.Read(ref reader)!;
        Assert.True(reader.Finish(), reader.Fault);
        Assert.Equal(bytes, RunPlanCodec.Encode(plan));
        Assert.Equal(Sound.Hospitals.AsEnumerable(), plan.Hospitals);
        Assert.Equal(Sound.Deadlines, plan.Deadlines);
        Assert.NotEqual(
            RunPlanCodec.HashOf(Digest.Zero, plan), RunPlanCodec.HashOf(RunBench.Network.Chain, plan));
    }

    [Fact]
    public void The_first_model_is_the_seeded_one() => Assert.Equal(
        GlobalModel.Initial(Sound.Architecture, Sound.Format, Sound.InitialSeed).Hash, new RunBench().Run.Model);

    public static TheoryData<LayerSpec> HostileLayers =>
    [
        new DenseLayer(int.MaxValue, 2), new DenseLayer(int.MinValue, 2), new DenseLayer(1 << 20, 4096),
        new ConvolutionLayer(4096, 4096, 4096, 4096, 1, 0, 0),
        new ConvolutionLayer(1, 1, 1, 1, 1, int.MaxValue, int.MinValue), new MaxPoolLayer(int.MinValue),
    ];

    [Theory]
    [MemberData(nameof(HostileLayers))]
    public void A_layer_whose_sizes_overflow_is_refused_and_not_computed(LayerSpec layer)
    {
        Assert.Null(Architecture.TryCreate("x", new TensorShape(1, 1, 4), [layer], out string? fault));
        Assert.Matches("size out of range|parameters, at most", fault);
    }
}
