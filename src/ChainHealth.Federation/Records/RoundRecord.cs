using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

public enum Verdict : byte
{
    /// <summary>Not judged yet.</summary>
    Pending = 0,
    Accepted = 1,
    Poisoned = 2,

    /// <summary>No valid shares by the deadline.</summary>
    Missing = 3,

    /// <summary>Summed without a check: the plan has none.</summary>
    Unchecked = 4,

    /// <summary>Takes no part in this round: refused too often (rule H1).</summary>
    Suspended = 5,
}

/// <summary>One hospital in one round.</summary>
/// <param name="Reason">Public part of the reason: why missing, or by which quorum it was decided; never which check
/// refused it.</param>
public sealed record HospitalOutcome(MemberId Hospital, Verdict Verdict, UpdateCommitment? Commitment, string Reason);

/// <summary>Accuracy on the public test split as the pool contributor measured it, per mille.</summary>
public sealed record PublicMetrics(int Accuracy, ImmutableArray<int> Recalls, int AreaUnderCurve);

/// <summary>When a phase of the round began and how long it lasted, in block time.</summary>
public readonly record struct PhaseTime(string Phase, Instant Since, long Milliseconds);

/// <summary>A round as far as it has come; what is known grows from phase to phase.</summary>
public sealed record RoundRecord(
    int Number,
    Digest ModelBefore,
    ImmutableArray<HospitalOutcome> Outcomes,
    Digest? Model,
    bool KeptOldModel,
    ImmutableSortedSet<MemberId> VerifiedBy,
    PublicMetrics? Metrics,
    ImmutableArray<PhaseTime> Times,
    JobCost CheckCost,
    JobCost AggregateCost)
{
    /// <summary>Verdict votes of the attempt that decided, late ones included: a member that disagrees is
    /// visible.</summary>
    public ImmutableSortedDictionary<MemberId, VerdictVote> VerdictVotes { get; init; } =
        ImmutableSortedDictionary<MemberId, VerdictVote>.Empty;

    /// <summary>Model votes of the attempt that decided, late ones included.</summary>
    public ImmutableSortedDictionary<MemberId, ModelVote> ModelVotes { get; init; } =
        ImmutableSortedDictionary<MemberId, ModelVote>.Empty;

    public ImmutableArray<FailedAttempt> FailedAttempts { get; init; } = [];

    /// <summary>Null where none was asked for or none came.</summary>
    public ReferenceCommitment? Reference { get; init; }

    /// <summary>The aggregate failed its test: nothing was opened, the old model stays.</summary>
    public bool AggregateRefused { get; init; }

    /// <summary>Hospitals in ascending order: bit i of a verdict vote belongs to the i-th.</summary>
    public ImmutableArray<MemberId> Checked { get; init; } = [];
}

/// <summary>An SMPC job that led to no decision.</summary>
/// <param name="Phase">"check" or "aggregate".</param>
/// <param name="AbortedBy">Members that reported the failure.</param>
/// <param name="Reason">Why the next attempt began.</param>
public sealed record FailedAttempt(string Phase, int Attempt, ImmutableArray<MemberId> AbortedBy, string Reason);

/// <summary>A model that a quorum of the committee computed alike: the fact that a model proof shows.</summary>
public sealed record FinalModel(RunId Run, int Round, Digest Model, Digest Architecture, int AcceptedUpdates);
