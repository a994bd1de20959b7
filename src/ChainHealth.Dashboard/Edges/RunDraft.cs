using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Federation;

namespace ChainHealth.Dashboard.Edges;

/// <summary>A run as the wizard puts it together.</summary>
public sealed class RunDraft
{
    public const int RoundsMax = 100;
    public const int EpochsMax = 100;
    public const int DrawMin = 32;
    public const int DrawMax = 1000;

    public string Dataset { get; set; } = "";

    /// <summary>Empty = the data set's default.</summary>
    public string Model { get; set; } = "";

    /// <summary>0 = the data set's default.</summary>
    public int Epochs { get; set; }

    public int Rounds { get; set; } = 3;

    /// <summary>Per cent; 0 = never end early.</summary>
    public int TargetPercent { get; set; }

    public int MinimumUpdates { get; set; } = RunPlan.MinimumUpdatesFloor;

    public bool Check { get; set; } = true;

    public int DrawSize { get; set; } = 128;

    public bool Rehearsal { get; set; }

    /// <summary>By hospital; empty text = honest.</summary>
    public Dictionary<string, string> Attacks { get; } = [];

    /// <summary>Null where the numbers can make a plan of that many hospitals.</summary>
    public string? Fault(int hospitals) =>
        Rounds is < 1 or > RoundsMax ? $"Rounds: 1 to {RoundsMax} are possible."
        : TargetPercent is < 0 or > 100 ? "Target accuracy: 0 to 100 %; 0 means all rounds are held."
        : Epochs is < 0 or > EpochsMax ? $"Epochs: 0 to {EpochsMax}; 0 means the data set's default."
        : MinimumUpdates < RunPlan.MinimumUpdatesFloor || MinimumUpdates > hospitals
            ? $"Quorum: {RunPlan.MinimumUpdatesFloor} to {hospitals} updates; fewer could be read off the sum."
        : Check && DrawSize is < DrawMin or > DrawMax ? $"Records of the check: {DrawMin} to {DrawMax}."
        : Rehearsal && hospitals - Attackers < MinimumUpdates
            ? $"{Attackers} attackers leave {hospitals - Attackers} honest hospitals; the quorum is {MinimumUpdates}."
        : null;

    public int Attackers => Rehearsal ? Attacks.Values.Count(a => a.Trim().Length > 0) : 0;

    /// <summary>What the audit log says of it.</summary>
    public string Words => $"{Dataset}, {Text.Count(Rounds, "round")}, quorum {MinimumUpdates}"
        + (Check ? "" : ", without the check")
        + (Rehearsal ? $", rehearsal with {Text.Count(Attackers, "attacker")}" : "");

    public RunWish ToWish(ulong seed) => new(
        Dataset, Model, Rounds, TargetPercent * 10, Epochs, Check, DrawSize, MinimumUpdates, seed, Rehearsal,
        Rehearsal
            ? [.. Attacks.Where(a => a.Value.Trim().Length > 0).Select(a => new AttackWish(a.Key, a.Value.Trim()))]
            : ImmutableArray<AttackWish>.Empty);
}
