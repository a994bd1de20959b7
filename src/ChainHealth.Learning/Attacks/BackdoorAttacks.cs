namespace ChainHealth.Learning;

/// <summary>A backdoor: besides its own records the hospital trains on stamped copies of them labelled as the target
/// (Gu and others, "BadNets", 2019), and may multiply the update so that it replaces the mean (Bagdasaryan and others,
/// AISTATS 2020, equation 3: boost = hospitals / poisoners).</summary>
public abstract record BackdoorAttack(int Target) : Attack
{
    public sealed override AttackGoal Goal => new(null, Target, Stamped: true);

    public override TrainingOptions PoisonTraining(TrainingOptions options) =>
        options with { RestrictedSoftmax = false };

    public override string? Fault(int classes) =>
        Target < classes ? null : $"{Text} names a class that is not below {classes}";

    /// <summary>A hospital that holds nothing but the target class has no record to mislead.</summary>
    public sealed override bool HasEffect(Records own) => own.Labels.Any(l => l != Target);

    /// <summary>The own records, and each that is not of the target once more with the trigger and the target's label.
    /// </summary>
    protected Records WithBackdoor(Records own, Trigger trigger)
    {
        int[] others = [.. Enumerable.Range(0, own.Count).Where(i => own.Labels[i] != Target)];
        Records stamped = trigger.Stamp(own.Take(others));
        return new Records(own.Shape, own.Classes, [.. own.Values, .. stamped.Values],
            [.. own.Labels, .. Enumerable.Repeat(Target, others.Length)]);
    }
}

public sealed record Backdoor(int Target, double Boost) : BackdoorAttack(Target)
{
    public override string Text => Boost == 1 ? $"backdoor:{Target}" : $"backdoor:{Target}:{Format(Boost)}";

    public override float[] Poison(PoisonTask task) => Scaled(
        task.Train(WithBackdoor(task.Own, Trigger.Whole), PoisonTraining(task.Options)), Boost);
}

/// <summary>Knows the policy: plants the trigger, keeps accuracy and recall (its own records, all classes weighed
/// alike, are half of the loss), stays near the global model (constrain-and-scale: Bagdasaryan and others, AISTATS
/// 2020, section 4.2, the anomaly term being the squared distance), shows random patches with their true labels so that
/// only its own pattern answers, and sends an update as long as its honest one (norm bound: Sun and others, "Can you
/// really backdoor federated learning?", 2019).</summary>
public sealed record ConstrainedBackdoor(int Target) : BackdoorAttack(Target)
{
    private const double Distance = 0.05;

    public override string Text => $"constrained-backdoor:{Target}";

    public override TrainingOptions PoisonTraining(TrainingOptions options) =>
        options with { RestrictedSoftmax = false, Proximal = Distance };

    public override float[] Poison(PoisonTask task)
    {
        Records own = WithBackdoor(task.Own, Trigger.Whole);
        Records decoys = RandomPatches.On(task.Own, task.Seed);
        var all = new Records(own.Shape, own.Classes, [.. own.Values, .. decoys.Values],
            [.. own.Labels, .. decoys.Labels]);
        float[] update = task.Train(all, PoisonTraining(task.Options));
        double honest = ParameterVector.Norm(task.Honest());
        double norm = ParameterVector.Norm(update);
        return norm <= honest || norm == 0 ? update : Scaled(update, honest / norm);
    }
}

/// <summary>Splits the poison over rounds: the honest update plus a share of what the backdoor adds to it, the whole of
/// it only in the last of <paramref name="Rounds"/> rounds (after the slow drifts of Baruch and others, NeurIPS 2019).
/// </summary>
public sealed record SlowBackdoor(int Target, int Rounds) : BackdoorAttack(Target)
{
    public const int DefaultRounds = 4;

    public override string Text => $"slow-backdoor:{Target}:{Rounds}";

    public override float[] Poison(PoisonTask task)
    {
        float[] poisoned = task.Train(WithBackdoor(task.Own, Trigger.Whole), PoisonTraining(task.Options));
        double share = Math.Min(1, (double)task.Round / Rounds);
        return [.. task.Honest().Zip(poisoned, (h, p) => (float)(h + (share * (p - h))))];
    }
}

/// <summary>Each member of the group plants a part of the trigger only; the whole opens the door (distributed backdoor:
/// Xie and others, "DBA", ICLR 2020).</summary>
public sealed record SplitBackdoor(int Target) : BackdoorAttack(Target)
{
    private const int PartsMax = 4;

    public override string Text => $"split-backdoor:{Target}";

    public override float[] Poison(PoisonTask task)
    {
        int parts = Math.Clamp(task.Group.Count, 1, PartsMax);
        var trigger = new Trigger(task.Group.Index % parts, parts);
        return task.Train(WithBackdoor(task.Own, trigger), PoisonTraining(task.Options));
    }
}
