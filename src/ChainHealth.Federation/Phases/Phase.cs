using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Where a run stands. Each phase has a quota that ends it early and a deadline that ends it anyway; block
/// time is the only clock.</summary>
public abstract record Phase(Instant Since, Instant? Deadline)
{
    public abstract string Name { get; }
}

/// <summary>Hospitals approve the plan; meanwhile the contributor shares the validation pool and the committee attests
/// it. Quota: every hospital of the roster, and the pool attested by the whole committee (where a check is planned).
/// </summary>
public sealed record ApprovalPhase(
    Instant Since, Instant? Deadline, ImmutableSortedSet<MemberId> Approved,
    PoolCommitment? Pool, ImmutableSortedSet<MemberId> PoolAttestedBy) : Phase(Since, Deadline)
{
    public override string Name => "approve";
}

/// <summary>Hospitals train and commit to their shares. Quota: a commitment of each participant.</summary>
public sealed record TrainPhase(
    Instant Since, Instant? Deadline, ImmutableSortedDictionary<MemberId, UpdateCommitment> Commitments)
    : Phase(Since, Deadline)
{
    public override string Name => "train";
}

/// <summary>Committee members attest the shares that they hold and found to match. Quota: every member has attested
/// every commitment. A hospital whose shares a member lacks at the deadline is missing, unless that member is silent
/// altogether.</summary>
/// <param name="Attested">By hospital: the committee members that attested its shares.</param>
public sealed record AttestPhase(
    Instant Since, Instant? Deadline, ImmutableSortedDictionary<MemberId, UpdateCommitment> Commitments,
    ImmutableSortedDictionary<MemberId, ImmutableSortedSet<MemberId>> Attested) : Phase(Since, Deadline)
{
    public override string Name => "commit";
}

/// <summary>The committee evaluates the updates under SMPC. Quota: 2f+1 equal verdict votes of the committee. When f+1
/// members report that the attempt failed, or 2f+1 equal votes can no longer come together, the next attempt begins,
/// with a deadline of its own. Attempts count from 1.</summary>
public sealed record CheckPhase(
    Instant Since, Instant? Deadline, int Attempt,
    ImmutableSortedDictionary<MemberId, UpdateCommitment> Commitments,
    ImmutableSortedDictionary<MemberId, VerdictVote> Votes, ImmutableSortedSet<MemberId> Aborted)
    : Phase(Since, Deadline)
{
    /// <summary>Who computes in this attempt, and what is disputed in it.</summary>
    public Dispute Dispute { get; init; } = Dispute.None;

    /// <summary>Bits of an attempt without one of a suspected pair, while the one without the other is under way.
    /// </summary>
    public UInt128? Earlier { get; init; }

    /// <summary>Under check, ascending: bit i of a vote belongs to the i-th.</summary>
    public ImmutableArray<MemberId> Hospitals => [.. Commitments.Keys];

    public override string Name => "check";
}

/// <summary>The committee adds the accepted shares and opens the sum. Quota: 2f+1 equal model votes. Attempts count
/// from 1 again and follow the rules of the check.</summary>
public sealed record AggregatePhase(
    Instant Since, Instant? Deadline, int Attempt,
    ImmutableSortedDictionary<MemberId, UpdateCommitment> Accepted,
    ImmutableSortedDictionary<MemberId, ModelVote> Votes, ImmutableSortedSet<MemberId> Aborted)
    : Phase(Since, Deadline)
{
    /// <summary>Who computes in this attempt, and what is disputed in it.</summary>
    public Dispute Dispute { get; init; } = Dispute.None;

    public override string Name => "aggregate";
}

/// <summary>Hospitals fetch and verify the model that is now final; the contributor reports its public metrics. Quota:
/// all of them.</summary>
public sealed record PublishPhase(Instant Since, Instant? Deadline) : Phase(Since, Deadline)
{
    public override string Name => "publish";
}

public enum RunEnd : byte
{
    /// <summary>All rounds were held.</summary>
    LastRound = 1,

    /// <summary>The target accuracy was measured.</summary>
    TargetReached = 2,

    /// <summary>The provider stopped it.</summary>
    Stopped = 3,

    /// <summary>A quota was missed at a deadline; <see cref="EndedPhase.Reason"/> says which.</summary>
    Failed = 4,
}

public sealed record EndedPhase(Instant Since, RunEnd End, string Reason) : Phase(Since, null)
{
    public override string Name => "ended";
}
