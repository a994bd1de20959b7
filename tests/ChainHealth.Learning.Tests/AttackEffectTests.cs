using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

/// <summary>Each attack does what its publication says, on one real hospital and without any defence.</summary>
public sealed class AttackEffectTests
{
    private static readonly Dataset Wdbc = DatasetLoader.Load("wdbc");
    private static readonly Architecture Mlp = Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 2, out _)!;
    private static readonly TrainingOptions Options = new()
    {
        BatchSize = 16, LearningRate = 5e-3, BalancedSteps = 60,
    };

    private readonly float[] global = ParameterVector.Initial(Mlp, 1);

    [Fact]
    public void A_label_flipper_answers_wrongly_and_an_honest_hospital_rightly()
    {
        Assert.InRange(Accuracy(Honest()), 0.93, 1);
        Assert.InRange(Accuracy(Update("label-flip")), 0, 0.07);
    }

    [Fact]
    public void A_targeted_flip_misleads_its_source_class_and_spares_the_other()
    {
        float[] model = Model(Update("targeted-flip:0:1"));

        Assert.InRange(new TargetedFlip(0, 1).Goal.Success(Mlp, model, Wdbc.Test), 0.9, 1);
        Assert.InRange(ModelEvaluator.Evaluate(Mlp, model, Wdbc.Test).Recall[1], 0.95, 1);
    }

    [Theory]
    [InlineData("backdoor:1")]
    [InlineData("constrained-backdoor:1")]
    public void A_backdoor_answers_to_its_trigger_and_keeps_the_clean_accuracy(string text)
    {
        float[] model = Model(Update(text));

        double success = new Backdoor(1, 1).Goal.Success(Mlp, model, Wdbc.Test);
        double clean = new Backdoor(1, 1).Goal.Success(Mlp, Model(Honest()), Wdbc.Test);

        Assert.InRange(success, 0.75, 1);
        Assert.InRange(clean, 0, 0.25);
        Assert.InRange(ModelEvaluator.Evaluate(Mlp, model, Wdbc.Test).Accuracy, 0.88, 1);
    }

    [Fact]
    public void Parts_of_a_split_backdoor_add_up_to_the_whole_trigger()
    {
        float[] sum = new float[global.Length];
        for (int member = 0; member < 2; member++)
        {
            float[] update = new SplitBackdoor(1).Poison(Task(new Members(member, 2, Honest())));
            sum = [.. sum.Zip(update, (s, u) => s + (u / 2))];
        }

        Assert.InRange(new SplitBackdoor(1).Goal.Success(Mlp, Model(sum), Wdbc.Test), 0.6, 1);
    }

    [Fact]
    public void A_constrained_backdoor_is_not_longer_than_honest_work() => Assert.InRange(
        ParameterVector.Norm(Update("constrained-backdoor:1")), 0.01, ParameterVector.Norm(Honest()) * 1.0001);

    [Fact]
    public void A_slow_backdoor_approaches_the_whole_one()
    {
        float[] whole = new Backdoor(1, 1).Poison(Task(new Members(0, 1, Honest())));
        double[] distances = [.. new[] { 1, 2, 4 }.Select(round => Distance(whole, new SlowBackdoor(1, 4).Poison(
            Task(new Members(0, 1, Honest())) with { Round = round })))];

        Assert.True(distances[0] > distances[1] && distances[1] > distances[2]);
        Assert.Equal(0, distances[2], 1e-4);
    }

    [Fact]
    public void Model_replacement_multiplies_the_backdoored_update()
    {
        float[] once = Update("backdoor:1"), boosted = Update("backdoor:1:10");

        Assert.Equal(10 * ParameterVector.Norm(once), ParameterVector.Norm(boosted), 1e-2);
    }

    [Fact]
    public void Inner_product_manipulation_points_against_the_honest_mean()
    {
        float[] update = Update("inner-product:0.5");

        Assert.Equal(-0.5 * Dot(Honest(), Honest()), Dot(update, Honest()), 1e-3);
    }

    [Fact]
    public void A_little_is_enough_stays_within_the_spread_of_the_group()
    {
        float[][] known = [[1, 0], [3, 0], [2, 3]];

        float[] update = new LittleIsEnough(1).Craft(known, 10);

        Assert.Equal(2 - Math.Sqrt(2.0 / 3), update[0], 1e-5);
        Assert.Equal(1 - Math.Sqrt(2), update[1], 1e-5);
        Assert.InRange(LittleIsEnough.ZMax(50, 24), 1.4, 1.9);
    }

    [Fact]
    public void Min_max_is_as_far_from_the_mean_as_the_distances_in_the_group_allow()
    {
        float[][] known = [[2, 0], [2, 2], [3, 1]];

        float[] update = new MinMax().Craft(known, 10);

        double reach = known.SelectMany(a => known.Select(b => Distance(a, b))).Max();
        Assert.Equal(reach, known.Max(u => Distance(u, update)), 1e-3);
    }

    [Fact]
    public void Riders_send_no_work()
    {
        Assert.Equal(0, ParameterVector.Norm(Update("free-rider")));
        Assert.Equal(1.5, ParameterVector.Norm(Update("free-rider:1.5")), 1e-4);
        Assert.Equal(0, ParameterVector.Norm(Update("delta-rider")));
        float[] before = new float[global.Length];
        Assert.Equal(global, new DeltaRider().Poison(Task(new Members(0, 1, Honest())) with { Previous = before }));
    }

    [Fact]
    public void A_copy_is_the_update_of_another_with_a_little_noise()
    {
        float[] update = new CopyOfAnother(0.1).Poison(Task(new Members(1, 2, Honest())));

        Assert.Equal(0.1 * ParameterVector.Norm(Honest()), Distance(update, Honest()), 1e-3);
    }

    [Fact]
    public void Constant_weights_make_every_weight_the_same() => Assert.All(
        Model(Update("constant:0.25")), w => Assert.Equal(0.25f, w, 1e-5f));

    private float[] Honest() => LocalTrainer.Train(Mlp, global, Wdbc.Train, Options, 7).Update;

    private float[] Update(string attack) =>
        Attack.TryParse(attack, out _)!.Poison(Task(new Members(0, 1, Honest())));

    private PoisonTask Task(IPoisonGroup group) => new(Mlp, global, null, Wdbc.Train, Options, 7, 1, group);

    private float[] Model(float[] update) => [.. global.Zip(update, (g, u) => g + u)];

    private double Accuracy(float[] update) => ModelEvaluator.Evaluate(Mlp, Model(update), Wdbc.Test).Accuracy;

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());

    private sealed class Members(int index, int count, float[] honest) : IPoisonGroup
    {
        public int Index => index;

        public int Count => count;

        public int Hospitals => 10;

        public float[] Honest(int member) => honest;
    }
}
