using System.Globalization;

namespace ChainHealth.Learning;

/// <summary>What a poisoning hospital does in a rehearsal: to its labels before training, or to its update after it.
/// </summary>
public abstract record Attack
{
    private protected Attack()
    {
    }

    /// <summary>The kinds as a person writes them.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["label-flip", "targeted-flip:SOURCE:TARGET", "gaussian[:SIGMA]", "sign-flip[:FACTOR]", "scale[:FACTOR]"];

    /// <summary>The text from which <see cref="TryParse"/> makes this attack.</summary>
    public abstract string Text { get; }

    /// <summary>The labels to train on; the given ones are left alone.</summary>
    public virtual int[] PoisonLabels(int[] labels, int classes) => labels;

    /// <summary>How the poisoner trains; the plan's recipe binds only the honest.</summary>
    public virtual TrainingOptions PoisonTraining(TrainingOptions options) => options;

    /// <summary>The update to send instead of the trained one; the given one is left alone.</summary>
    public virtual float[] PoisonUpdate(float[] update, ulong seed) => update;

    /// <summary>Null, with a message that lists the known kinds, where the text names no attack.</summary>
    public static Attack? TryParse(string text, out string? fault)
    {
        string[] parts = text.Trim().Split(':');
        string[] rest = parts[1..];
        Attack? attack = (parts[0], rest.Length) switch
        {
            ("label-flip", 0) => new LabelFlip(),
            ("targeted-flip", 2) when Class(rest[0]) is { } s && Class(rest[1]) is { } t && s != t =>
                new TargetedFlip(s, t),
            ("gaussian", <= 1) when Number(rest, GaussianWeights.DefaultSigma) is { } sigma =>
                new GaussianWeights(sigma),
            ("sign-flip", <= 1) when Number(rest, SignFlip.DefaultFactor) is { } factor => new SignFlip(factor),
            ("scale", <= 1) when Number(rest, ScaledUpdate.DefaultFactor) is { } factor => new ScaledUpdate(factor),
            _ => null,
        };
        fault = attack is null
            ? $"'{text}' is no attack; known: {string.Join(", ", Kinds)} "
                + "(classes 0..63 and different, numbers in 0..1000)"
            : null;
        return attack;
    }

    /// <summary>Null where the attack makes sense for that many classes, else what is wrong.</summary>
    public virtual string? Fault(int classes) => null;

    public sealed override string ToString() => Text;

    private protected static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static int? Class(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < 64 ? value : null;

    private static double? Number(string[] rest, double fallback)
    {
        if (rest.Length == 0)
        {
            return fallback;
        }

        return double.TryParse(rest[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value is > 0 and <= 1000 ? value : null;
    }
}
