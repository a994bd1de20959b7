namespace ChainHealth.Learning.Tests;

public sealed class AttackTests
{
    [Theory]
    [InlineData("label-flip", "label-flip")]
    [InlineData("targeted-flip:1:0", "targeted-flip:1:0")]
    [InlineData("gaussian", "gaussian:1")]
    [InlineData("gaussian:1.5", "gaussian:1.5")]
    [InlineData("sign-flip", "sign-flip")]
    [InlineData("sign-flip:4", "sign-flip:4")]
    [InlineData("scale", "scale:10")]
    [InlineData("scale:25", "scale:25")]
    [InlineData("backdoor", "backdoor:0")]
    [InlineData("backdoor:2:5", "backdoor:2:5")]
    [InlineData("constrained-backdoor:1", "constrained-backdoor:1")]
    [InlineData("slow-backdoor:1:3", "slow-backdoor:1:3")]
    [InlineData("split-backdoor", "split-backdoor:0")]
    [InlineData("constant", "constant:0.1")]
    [InlineData("inner-product:2", "inner-product:2")]
    [InlineData("little-is-enough", "little-is-enough")]
    [InlineData("little-is-enough:1.5", "little-is-enough:1.5")]
    [InlineData("min-max", "min-max")]
    [InlineData("free-rider", "free-rider")]
    [InlineData("free-rider:0.5", "free-rider:0.5")]
    [InlineData("delta-rider", "delta-rider")]
    [InlineData("copy", "copy")]
    [InlineData("copy:0.1", "copy:0.1")]
    public void Known_attacks_are_parsed(string text, string canonical)
    {
        Attack? attack = Attack.TryParse(text, out string? fault);

        Assert.Null(fault);
        Assert.Equal(canonical, attack!.Text);
        Assert.Equal(attack, Attack.TryParse(attack.Text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("labelflip")]
    [InlineData("label-flip:1")]
    [InlineData("targeted-flip")]
    [InlineData("targeted-flip:1:1")]
    [InlineData("targeted-flip:1:-1")]
    [InlineData("gaussian:x")]
    [InlineData("gaussian:NaN")]
    [InlineData("scale:0")]
    [InlineData("scale:1e9")]
    [InlineData("scale:1:2")]
    [InlineData("backdoor:x")]
    [InlineData("backdoor:1:x")]
    [InlineData("constrained-backdoor:1:2")]
    [InlineData("min-max:1")]
    [InlineData("copy:-1")]
    public void Anything_else_is_refused_with_the_list_of_known_kinds(string text)
    {
        Assert.Null(Attack.TryParse(text, out string? fault));
        Assert.All(Attack.Kinds, kind => Assert.Contains(kind, fault!, StringComparison.Ordinal));
    }

    [Fact]
    public void Label_attacks_change_labels_and_leave_the_given_ones_alone()
    {
        int[] labels = [0, 1, 2, 1];

        Assert.Equal([1, 2, 0, 2], new LabelFlip().PoisonLabels(labels, 3));
        Assert.Equal([0, 2, 2, 2], new TargetedFlip(1, 2).PoisonLabels(labels, 3));
        Assert.Equal([0, 1, 2, 1], labels);
        Assert.NotNull(new TargetedFlip(1, 2).Fault(2));
        Assert.Equal(3e-3, new LabelFlip().PoisonTraining(new TrainingOptions()).LearningRate, 1e-12);
        Assert.False(new TargetedFlip(1, 2).PoisonTraining(new TrainingOptions()).RestrictedSoftmax);
    }

    [Fact]
    public void Update_attacks_change_the_update()
    {
        float[] update = [1, -2];

        Assert.Equal([-1f, 2f], new SignFlip(1).PoisonUpdate(update, 1));
        Assert.Equal([10f, -20f], new ScaledUpdate(10).PoisonUpdate(update, 1));
        float[] noise = new GaussianWeights(0.5).PoisonUpdate(new float[10_000], 1);
        Assert.Equal(0.5, ParameterVector.Norm(noise) / 100, 0.02);
        Assert.Equal(noise, new GaussianWeights(0.5).PoisonUpdate(new float[10_000], 1));
    }
}
