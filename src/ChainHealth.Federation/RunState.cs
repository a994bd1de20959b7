using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>A training run as part of the ledger state. Immutable; <see cref="RunRules"/> makes the next one.</summary>
/// <param name="Participants">Hospitals that approved the plan: they train.</param>
/// <param name="Round">Current round, from 1; 0 before training.</param>
/// <param name="Model">Global model in force.</param>
/// <param name="Records">One for each round begun, oldest first.</param>
public sealed record RunState(
    RunId Id,
    MemberId Provider,
    RunPlan Plan,
    Digest PlanHash,
    Phase Phase,
    ImmutableSortedSet<MemberId> Participants,
    PoolCommitment? Pool,
    int Round,
    Digest Model,
    ImmutableArray<RoundRecord> Records,
    ImmutableArray<FinalModel> Models)
{
    /// <summary>Who of the committee was convicted, is silent or suspected.</summary>
    public CommitteeStanding Standing { get; init; } = CommitteeStanding.Clean;

    /// <summary>Refusals and suspensions of earlier runs that count in this one (rule H3).</summary>
    public ImmutableSortedDictionary<MemberId, History> Earlier { get; init; } =
        ImmutableSortedDictionary<MemberId, History>.Empty;

    public bool Ended => Phase is EndedPhase;

    public RoundRecord? Current => Records.IsEmpty ? null : Records[^1];
}
