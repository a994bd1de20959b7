using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Which checks are on, and with which thresholds.</summary>
/// <param name="Name">As a person writes it: "all", or names with a plus between.</param>
internal sealed record CheckSet(string Name, VerificationDefaults Policy)
{
    public const string All = "all";

    /// <summary>In the place of a set: updates are summed without a look.</summary>
    public const string None = "none";

    private const int AsksNothing = 1000;

    public static IReadOnlyList<string> Names { get; } =
        [All, "accuracy", "recall", "norm", "cosine", "duplicates", "aggregate"];

    /// <summary>Null for "none".</summary>
    /// <exception cref="EdgeException">A name is not known.</exception>
    public static VerificationDefaults? PolicyOf(string text, VerificationDefaults full) =>
        text == None ? null : Parse(text, full).Policy;

    /// <summary>The policy with everything off that is not named.</summary>
    /// <exception cref="EdgeException">A name is not known.</exception>
    public static CheckSet Parse(string text, VerificationDefaults full)
    {
        string[] names = text.Split('+');
        if (names.FirstOrDefault(n => !Names.Contains(n)) is { } unknown)
        {
            throw new EdgeException($"--checks {text}: '{unknown}' is not among {string.Join(", ", Names)}");
        }

        bool Has(string name) => names.Contains(name) || names.Contains(All);
        bool accuracy = Has("accuracy"), recall = Has("recall");
        CheckLimits limits = full.Limits with
        {
            NormMinMillis = Has("norm") ? full.Limits.NormMinMillis : 0,
            NormMaxMillis = Has("norm") ? full.Limits.NormMaxMillis : 0,
            CosineMinPerMille = Has("cosine") ? full.Limits.CosineMinPerMille : CheckLimits.CosineOff,
            CosineFirstPerMille = Has("cosine") ? full.Limits.CosineFirstPerMille : 0,
            CosineSecondPerMille = Has("cosine") ? full.Limits.CosineSecondPerMille : 0,
            CosineThirdPerMille = Has("cosine") ? full.Limits.CosineThirdPerMille : 0,
            DuplicateCosinePerMille = Has("duplicates") ? full.Limits.DuplicateCosinePerMille : CheckLimits.PerMille,
            AggregateMarginPerMille = Has("aggregate") ? full.Limits.AggregateMarginPerMille : CheckLimits.PerMille,
        };
        return new CheckSet(text, full with
        {
            AccuracyMargin = accuracy ? full.AccuracyMargin : AsksNothing,
            AccuracyFloor = accuracy ? full.AccuracyFloor : 0,
            RecallMargin = recall ? full.RecallMargin : AsksNothing,
            RecallFloor = recall ? full.RecallFloor : 0,
            Limits = limits,
        });
    }
}
