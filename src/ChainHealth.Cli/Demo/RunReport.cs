using System.Collections.Immutable;

namespace ChainHealth.Cli;

/// <summary>A run as JSON: what it was asked to be, each round, and the end. Accuracies are shares of one, times are
/// seconds.</summary>
public sealed record RunReport(
    string Schema,
    uint Run,
    string Title,
    string Dataset,
    string Model,
    ImmutableArray<string> Classes,
    bool Check,
    string Chain,
    string Phase,
    string? End,
    string? Reason,
    ImmutableArray<RoundReport> Rounds,
    double? Accuracy,
    string ModelHash,
    ImmutableArray<string> VerifiedBy)
{
    public const string SchemaName = "chainhealth.run/1";

    /// <summary>What the demo added to the plan; absent where a run is only watched.</summary>
    public DemoReport? Demo { get; init; }
}

/// <summary>The demo's own part of the report.</summary>
public sealed record DemoReport(
    int Hospitals, int Validators, string Alpha, ulong Seed, ImmutableArray<string> Attacks, double SecondsTotal,
    ImmutableArray<string> Restarts);

/// <param name="Accuracy">On the public test split; absent until it was reported.</param>
/// <param name="AccuracyPerClass">Recall of each class, in the order of the classes.</param>
/// <param name="Heard">For instance "4 of 5 hospitals, hospital-3 missing".</param>
public sealed record RoundReport(
    int Round,
    double? Accuracy,
    ImmutableArray<double> AccuracyPerClass,
    double? AreaUnderCurve,
    string Heard,
    ImmutableArray<HospitalReport> Hospitals,
    SecondsReport Seconds,
    BytesReport Bytes,
    string? ModelHash,
    bool KeptOldModel,
    ImmutableArray<string> VerifiedBy)
{
    /// <summary>Why the old model stayed, why an attempt of the committee failed, whom a refusal suspended.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <param name="Id">The hospital's name in the consortium.</param>
public sealed record HospitalReport(string Id, string Verdict, string Reason);

/// <summary>How long each phase lasted, in block time.</summary>
public sealed record SecondsReport(double Train, double Commit, double Check, double Aggregate, double Publish);

/// <param name="Shares">Sealed share packages, hospitals to validators.</param>
/// <param name="Check">Sent by all computing parties together in the encrypted check.</param>
/// <param name="Aggregate">Likewise in the aggregation.</param>
/// <param name="Consensus">Sent by all validators for consensus during the round, by their own count.</param>
public sealed record BytesReport(long Shares, long Check, long Aggregate, long Consensus);
