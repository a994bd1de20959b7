using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>What a transaction does. One sealed record for each kind; its rule stands in Rules/.</summary>
public abstract record TransactionBody;

/// <summary>Opaque bytes, at most <see cref="BytesMax"/>: anchors and load tests.</summary>
public sealed record NoteBody(ByteString Content) : TransactionBody
{
    public const int BytesMax = 64 * 1024;
}

/// <summary>By a provider: proposes a run. The chain numbers it.</summary>
public sealed record StartRunBody(RunPlan Plan) : TransactionBody;

/// <summary>By the provider that started it.</summary>
public sealed record StopRunBody(RunId Run, string Reason) : TransactionBody
{
    public const int ReasonBytesMax = 256;
}

/// <summary>By a hospital of the roster.</summary>
public sealed record ApprovePlanBody(RunId Run, Digest PlanHash) : TransactionBody;

/// <summary>By the plan's pool contributor.</summary>
public sealed record CommitPoolBody(RunId Run, PoolCommitment Pool) : TransactionBody;

/// <summary>By a committee member: the pool's shares are here and match.</summary>
public sealed record AttestPoolBody(RunId Run) : TransactionBody;

/// <summary>By a participant in the train phase.</summary>
public sealed record CommitUpdateBody(RunId Run, int Round, ShareHashes Shares, int Samples, long PackageBytes)
    : TransactionBody;

/// <summary>By a committee member: the shares of these hospitals are here and match.</summary>
public sealed record AttestUpdatesBody(RunId Run, int Round, ImmutableArray<MemberId> Hospitals) : TransactionBody;

/// <summary>By a committee member: its outcome of the encrypted check.</summary>
public sealed record CastVerdictBody(RunId Run, int Round, VerdictVote Vote) : TransactionBody;

/// <summary>By a committee member: its outcome of the aggregation.</summary>
public sealed record CastModelBody(RunId Run, int Round, ModelVote Vote) : TransactionBody;

/// <summary>By a committee member: the attempt of the current SMPC job failed here.</summary>
public sealed record ReportAbortBody(RunId Run, int Round, int Attempt, string Reason) : TransactionBody
{
    public const int ReasonBytesMax = 256;
}

/// <summary>By a participant: the model was fetched, verified and adopted.</summary>
public sealed record ConfirmModelBody(RunId Run, int Round, Digest Model) : TransactionBody;

/// <summary>By the pool contributor: the model's figures on the public test split.</summary>
public sealed record ReportMetricsBody(RunId Run, int Round, Digest Model, PublicMetrics Metrics) : TransactionBody;

/// <summary>By the pool contributor in the train phase: its own update, with which others are compared.</summary>
public sealed record CommitReferenceBody(RunId Run, int Round, ShareHashes Shares, long PackageBytes)
    : TransactionBody;

/// <summary>By a committee member: the shares of the reference update are here and match.</summary>
public sealed record AttestReferenceBody(RunId Run, int Round) : TransactionBody;

/// <summary>By a computing member of the committee, in place of its vote: an attempt failed at it, and by whose fault.
/// </summary>
public sealed record ReportFaultBody(RunId Run, int Round, FaultReport Report) : TransactionBody;

/// <summary>By the two whom an open report names: signed evidence of what they sent.</summary>
public sealed record StateCopiesBody(RunId Run, int Round, CopyStatement Statement) : TransactionBody;
