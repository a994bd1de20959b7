using System.Globalization;

namespace ChainHealth.Learning;

/// <summary>What a poisoning hospital does in a rehearsal: to its records before training, to its recipe, or to its
/// update after it. Each kind names its publication.</summary>
public abstract record Attack
{
    private protected Attack()
    {
    }

    /// <summary>The kinds as a person writes them.</summary>
    public static IReadOnlyList<string> Kinds => AttackParser.Kinds;

    /// <summary>The text from which <see cref="TryParse"/> makes this attack.</summary>
    public abstract string Text { get; }

    /// <summary>What success means beyond a worse model; null where nothing.</summary>
    public virtual AttackGoal? Goal => null;

    /// <summary>The labels to train on; the given ones are left alone.</summary>
    public virtual int[] PoisonLabels(int[] labels, int classes) => labels;

    /// <summary>How the poisoner trains; the plan's recipe binds only the honest.</summary>
    public virtual TrainingOptions PoisonTraining(TrainingOptions options) => options;

    /// <summary>The update to send instead of the trained one; the given one is left alone.</summary>
    public virtual float[] PoisonUpdate(float[] update, ulong seed) => update;

    /// <summary>The whole attack of one round: the update to send. Unless a kind says otherwise, poisoned labels, then
    /// training, then the poisoned update.</summary>
    public virtual float[] Poison(PoisonTask task) => PoisonUpdate(
        task.Train(
            task.Own.WithLabels(PoisonLabels(task.Own.Labels, task.Own.Classes)), PoisonTraining(task.Options)),
        task.Seed);

    /// <summary>Null, with a message that lists the known kinds, where the text names no attack.</summary>
    public static Attack? TryParse(string text, out string? fault) => AttackParser.TryParse(text, out fault);

    /// <summary>Null where the attack makes sense for that many classes, else what is wrong.</summary>
    public virtual string? Fault(int classes) => null;

    /// <summary>False where the poison cannot have an effect on a hospital with these records: such an update is not
    /// counted as poisoned.</summary>
    public virtual bool HasEffect(Records own) => true;

    public sealed override string ToString() => Text;

    private protected static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private protected static float[] Scaled(float[] update, double factor) =>
        [.. update.Select(u => (float)(factor * u))];
}

/// <summary>Records that should go to <paramref name="Target"/> though they are of another class.</summary>
/// <param name="Source">The class that is misled; null = every other class.</param>
/// <param name="Stamped">They carry the trigger.</param>
public sealed record AttackGoal(int? Source, int Target, bool Stamped)
{
    /// <summary>Share of the misled among the test records of the source (of all classes but the target); of those that
    /// carry the trigger only records count that the model gets right without it. NaN without such records.</summary>
    public double Success(Primitives.Architecture architecture, ReadOnlySpan<float> weights, Records test)
    {
        int[] plain = Predictions(architecture, weights, test);
        int[] places = [.. Enumerable.Range(0, test.Count).Where(i =>
            test.Labels[i] != Target && (Source is null || test.Labels[i] == Source)
            && (!Stamped || plain[i] == test.Labels[i]))];
        if (places.Length == 0)
        {
            return double.NaN;
        }

        int[] answers = Stamped
            ? Predictions(architecture, weights, Trigger.Whole.Stamp(test.Take(places)))
            : [.. places.Select(p => plain[p])];
        return (double)answers.Count(a => a == Target) / places.Length;
    }

    private static int[] Predictions(
        Primitives.Architecture architecture, ReadOnlySpan<float> weights, Records records)
    {
        float[] scores = ModelEvaluator.Scores(architecture, weights, records);
        int classes = architecture.Classes;
        return [.. Enumerable.Range(0, records.Count)
            .Select(i => Metrics.ArgMax(scores.AsSpan(i * classes, classes)))];
    }
}
