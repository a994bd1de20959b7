namespace ChainHealth.Primitives;

/// <summary>Limits of the checks beyond accuracy and recall (round.md, checks c to f; the formulas are in SMPC.md, "The
/// check"). Each has a value that turns it off, and <see cref="Off"/> turns all off. Norms are Euclidean, of the update
/// (local minus global weights), in thousandths; shares and cosines are per mille.</summary>
public sealed record CheckLimits
{
    public const int PerMille = 1000;
    public const int NormMillisMax = 1_000_000_000;
    public const int CosineOff = -PerMille;
    public const int RecordsMax = 4096;

    /// <summary>Squared cosines are compared in units of 2^-15.</summary>
    public const int CosineBits = 15;

    // Projections that decide whether an update is small lie within this many norms but for one case in 10^10.
    private const double ProjectionNorms = 5;
    private const double MeanSlack = 1.05;

    public static CheckLimits Off { get; } = new();

    /// <summary>Shorter updates are refused: they add nothing (free riders). 0 = off.</summary>
    public int NormMinMillis { get; init; }

    /// <summary>Longer updates are refused (scaling, model replacement); at least the plan's clip norm. 0 = off, which
    /// turns off all others but the patches: they need bounded updates.</summary>
    public int NormMaxMillis { get; init; }

    /// <summary>Refused where the cosine with the reference update is below. <see cref="CosineOff"/> = off.</summary>
    public int CosineMinPerMille { get; init; } = CosineOff;

    /// <summary>The least cosine of round 1. Those of rounds 2 and 3 are their own; from then on it is halved each
    /// round, down to <see cref="CosineMinPerMille"/>: while training converges, honest updates turn from a common
    /// direction into noise. 0 = <see cref="CosineMinPerMille"/>.</summary>
    public int CosineFirstPerMille { get; init; }

    /// <summary>The least cosine of round 2.</summary>
    public int CosineSecondPerMille { get; init; }

    /// <summary>The least cosine of round 3, and what is halved afterwards.</summary>
    public int CosineThirdPerMille { get; init; }

    /// <summary>Of two updates whose cosine is above, the one that was committed later is refused. 1000 = off.
    /// </summary>
    public int DuplicateCosinePerMille { get; init; } = PerMille;

    /// <summary>So many of the drawn images are shown once more with patches. 0 = off; tables have none.</summary>
    public int PatchRecords { get; init; }

    /// <summary>Refused where of the images with one patch whose own class is another one more than this share is
    /// answered with one class, beyond what the global model answers.</summary>
    public int PatchRushPerMille { get; init; } = PerMille;

    /// <summary>So many of the drawn records judge the aggregate with and without each update. 0 = off.</summary>
    public int LeaveOneOutRecords { get; init; }

    /// <summary>Refused where the aggregate without the update answers more than this share of them better.
    /// 1000 = asks nothing.</summary>
    public int LeaveOneOutMarginPerMille { get; init; } = PerMille;

    /// <summary>The same of the records of each class. 1000 = asks nothing.</summary>
    public int LeaveOneOutRecallMarginPerMille { get; init; } = PerMille;

    /// <summary>The aggregate of the accepted updates is opened only where its accuracy is at least the global model's
    /// minus this. 1000 = off.</summary>
    public int AggregateMarginPerMille { get; init; } = PerMille;

    public bool HasNorm => NormMaxMillis > 0;

    /// <summary>Whether the pool's contributor is asked for a reference update each round.</summary>
    public bool HasReference => CosineMinPerMille > CosineOff;

    public bool HasDuplicates => DuplicateCosinePerMille < PerMille;

    public bool HasPatches => PatchRecords > 0;

    public bool HasLeaveOneOut => LeaveOneOutRecords > 0
        && (LeaveOneOutMarginPerMille < PerMille || LeaveOneOutRecallMarginPerMille < PerMille);

    public bool TestsAggregate => AggregateMarginPerMille < PerMille;

    /// <summary>The limits of a round, from 1.</summary>
    public CheckLimits ForRound(int round) => HasReference
        ? this with { CosineMinPerMille = Math.Max(CosineMinPerMille, CosineOf(round)) }
        : this;

    /// <summary>Null where the limits can be kept for a network of so many parameters; else the field and its
    /// range.</summary>
    public string? Fault(int parameters, FixedPoint format) =>
        Range("largest norm (thousandths)", NormMaxMillis, 0, NormMillisMax)
        ?? Range("least norm (thousandths)", NormMinMillis, 0, NormMaxMillis)
        ?? Range("least cosine (per mille)", CosineMinPerMille, CosineOff, PerMille)
        ?? Range("least cosine of the first round (per mille)", CosineFirstPerMille, 0, PerMille)
        ?? Range("least cosine of the second round (per mille)", CosineSecondPerMille, 0, PerMille)
        ?? Range("least cosine of the third round (per mille)", CosineThirdPerMille, 0, PerMille)
        ?? Range("cosine of duplicates (per mille)", DuplicateCosinePerMille, 0, PerMille)
        ?? Range("records with patches", PatchRecords, 0, RecordsMax)
        ?? Range("rush on patches (per mille)", PatchRushPerMille, 0, PerMille)
        ?? Range("records of leave-one-out", LeaveOneOutRecords, 0, RecordsMax)
        ?? Range("leave-one-out margin (per mille)", LeaveOneOutMarginPerMille, 0, PerMille)
        ?? Range("leave-one-out margin of recall (per mille)", LeaveOneOutRecallMarginPerMille, 0, PerMille)
        ?? Range("aggregate margin (per mille)", AggregateMarginPerMille, 0, PerMille)
        ?? NormFault(parameters, format);

    /// <summary>The largest norm in ring units: with room for the rounding of each parameter, so that an honest update
    /// clipped to the norm always passes.</summary>
    public double NormUnits(int parameters, FixedPoint format) =>
        ((double)NormMaxMillis / PerMille * format.One) + (Math.Sqrt(parameters) / 2) + 1;

    /// <summary>What a random projection of an update of largest norm stays below. A vector with a parameter of twice
    /// this, read as a signed number of 64 bits, exceeds it in each projection with probability one half or more.
    /// </summary>
    public long ProjectionUnits(int parameters, FixedPoint format) =>
        (long)Math.Ceiling(ProjectionNorms * NormUnits(parameters, format));

    /// <summary>What updates, and means of them with rounded weights, are held to, in reals: for the range analysis.
    /// 0 where the norm is not checked.</summary>
    public double UpdateNorm(int parameters, FixedPoint format) =>
        HasNorm ? MeanSlack * NormUnits(parameters, format) / format.One : 0;

    /// <summary>c^2 in units of 2^-<see cref="CosineBits"/>, rounded: what p^2 is held against under sharing.</summary>
    public static long SquaredCosine(int perMille) =>
        (((long)perMille * perMille << CosineBits) + (PerMille * PerMille / 2)) / (PerMille * PerMille);

    /// <summary>The cosine, 1000 for equal directions, that the rounded square stands for: a limit of 20 is kept as
    /// 19.9.</summary>
    public static double CosineKept(int perMille) =>
        Math.CopySign(PerMille * Math.Sqrt(Math.ScaleB(SquaredCosine(perMille), -CosineBits)), perMille);

    private int CosineOf(int round) => round switch
    {
        1 => CosineFirstPerMille,
        2 => CosineSecondPerMille,
        _ => CosineThirdPerMille >> Math.Min(round - 3, 30),
    };

    private string? NormFault(int parameters, FixedPoint format)
    {
        bool needsNorm = HasReference || HasDuplicates || HasLeaveOneOut || TestsAggregate;
        if (!HasNorm)
        {
            return needsNorm
                ? "cosines, leave-one-out and the test of the aggregate need a largest norm: without it one update "
                    + "could distort the verdict on another"
                : null;
        }

        // Sums of products of parameters below twice the projection must fit a signed ring element.
        double product = parameters * Math.Pow(2.0 * ProjectionUnits(parameters, format), 2);
        return product < Math.Pow(2, 63)
            ? null
            : $"largest norm {NormMaxMillis} (thousandths) is too large for {parameters} parameters at "
                + $"{format.FractionBits} fraction bits: inner products could overflow";
    }

    private static string? Range(string field, int value, int min, int max) =>
        value >= min && value <= max ? null : $"{field} is {value}, must be {min} to {max}";
}
