namespace ChainHealth.Learning;

/// <summary>Every label becomes the next class, cyclically: all labels are wrong (Biggio, Nelson and Laskov, "Support
/// vector machines under adversarial label noise", ACML 2011; in federations Fang and others, USENIX Security 2020).
/// </summary>
public sealed record LabelFlip : Attack
{
    public override string Text => "label-flip";

    /// <summary>Three times the plan's learning rate: one poisoner among several honest hospitals fills the norm that
    /// it is allowed, else their mean drowns it (boosting: Bhagoji and others, ICML 2019). Pneumonia X-rays, 1 of 5
    /// hospitals, nothing checked: norm 8 against 4, and the mean of the second round loses five points, not one.
    /// </summary>
    public override TrainingOptions PoisonTraining(TrainingOptions options) => options with
    {
        RestrictedSoftmax = false,
        LearningRate = Math.Min(1, 3 * options.LearningRate),
    };

    public override int[] PoisonLabels(int[] labels, int classes) => [.. labels.Select(l => (l + 1) % classes)];
}

/// <summary>Records of one class are labelled as another (Tolpegin and others, "Data poisoning attacks against
/// federated learning systems", ESORICS 2020).</summary>
public sealed record TargetedFlip(int Source, int Target) : Attack
{
    public override string Text => $"targeted-flip:{Source}:{Target}";

    public override AttackGoal Goal => new(Source, Target, Stamped: false);

    public override int[] PoisonLabels(int[] labels, int classes) =>
        [.. labels.Select(l => l == Source ? Target : l)];

    /// <summary>A restricted softmax would leave the emptied class alone and so undo the attack.</summary>
    public override TrainingOptions PoisonTraining(TrainingOptions options) =>
        options with { RestrictedSoftmax = false };

    public override string? Fault(int classes) => Source < classes && Target < classes
        ? null : $"{Text} names a class that is not below {classes}";

    /// <summary>Without a record of the source nothing is flipped.</summary>
    public override bool HasEffect(Records own) => own.Labels.Contains(Source);
}
