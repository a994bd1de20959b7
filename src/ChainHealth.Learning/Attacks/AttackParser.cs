using System.Globalization;

namespace ChainHealth.Learning;

/// <summary>Attacks as a person writes them: a kind, then its numbers, with colons between.</summary>
internal static class AttackParser
{
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "label-flip", "targeted-flip:SOURCE:TARGET", "backdoor[:TARGET[:BOOST]]", "constrained-backdoor[:TARGET]",
        "slow-backdoor[:TARGET[:ROUNDS]]", "split-backdoor[:TARGET]", "gaussian[:SIGMA]", "constant[:VALUE]",
        "sign-flip[:FACTOR]", "scale[:FACTOR]", "inner-product[:FACTOR]", "little-is-enough[:Z]", "min-max",
        "free-rider[:NOISE]", "delta-rider", "copy[:NOISE]",
    ];

    public static Attack? TryParse(string text, out string? fault)
    {
        string[] parts = text.Trim().Split(':');
        string[] rest = parts[1..];
        Attack? attack = rest.Length switch
        {
            0 => Plain(parts[0]) ?? WithClass(parts[0], 0, null) ?? WithNumber(parts[0], null),
            1 => WithClass(parts[0], Class(rest[0]), null) ?? WithNumber(parts[0], Number(rest[0])),
            2 => parts[0] == "targeted-flip" && Class(rest[0]) is { } s && Class(rest[1]) is { } t && s != t
                ? new TargetedFlip(s, t)
                : Number(rest[1]) is { } number ? WithClass(parts[0], Class(rest[0]), number) : null,
            _ => null,
        };
        if (rest.Length == 1 && attack is not null && !IsComplete(parts[0], rest[0]))
        {
            attack = null;
        }

        fault = attack is null
            ? $"'{text}' is no attack; known: {string.Join(", ", Kinds)} "
                + "(classes 0..63 and different, numbers above 0 and at most 1000)"
            : null;
        return attack;
    }

    private static Attack? Plain(string kind) => kind switch
    {
        "label-flip" => new LabelFlip(),
        "min-max" => new MinMax(),
        "delta-rider" => new DeltaRider(),
        "free-rider" => new FreeRider(0),
        "copy" => new CopyOfAnother(0),
        _ => null,
    };

    private static Attack? WithClass(string kind, int? target, double? number) => (kind, target, number) switch
    {
        (_, null, _) => null,
        ("backdoor", { } t, _) => new Backdoor(t, number ?? 1),
        ("constrained-backdoor", { } t, null) => new ConstrainedBackdoor(t),
        ("slow-backdoor", { } t, _) when number is null or >= 1 =>
            new SlowBackdoor(t, (int)(number ?? SlowBackdoor.DefaultRounds)),
        ("split-backdoor", { } t, null) => new SplitBackdoor(t),
        _ => null,
    };

    /// <param name="number">Null = the kind's own default.</param>
    private static Attack? WithNumber(string kind, double? number) => kind switch
    {
        "gaussian" => new GaussianWeights(number ?? GaussianWeights.DefaultSigma),
        "constant" => new ConstantWeights(number ?? ConstantWeights.DefaultValue),
        "sign-flip" => new SignFlip(number ?? SignFlip.DefaultFactor),
        "scale" => new ScaledUpdate(number ?? ScaledUpdate.DefaultFactor),
        "inner-product" => new InnerProduct(number ?? InnerProduct.DefaultFactor),
        "little-is-enough" => new LittleIsEnough(number),
        "free-rider" when number is { } noise => new FreeRider(noise),
        "copy" when number is { } noise => new CopyOfAnother(noise),
        _ => null,
    };

    private static bool IsComplete(string kind, string rest) =>
        kind.EndsWith("backdoor", StringComparison.Ordinal) ? Class(rest) is not null : Number(rest) is not null;

    private static int? Class(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < 64 ? value : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value is > 0 and <= 1000 ? value : null;
}
