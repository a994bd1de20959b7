using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

internal enum JobKind : byte
{
    Check = 1,
    Aggregate = 2,
}

/// <summary>One attempt of one SMPC job; every committee member derives the same from the same state.</summary>
internal readonly record struct CommitteeJob(RunId Run, int Round, JobKind Kind, int Attempt)
{
    /// <summary>What a run waits for now; null where it waits for no job.</summary>
    public static CommitteeJob? Of(RunState run) => run.Phase switch
    {
        CheckPhase p => new CommitteeJob(run.Id, run.Round, JobKind.Check, p.Attempt),
        AggregatePhase p => new CommitteeJob(run.Id, run.Round, JobKind.Aggregate, p.Attempt),
        _ => null,
    };

    /// <summary>True where the member has voted on this attempt or has reported its failure.</summary>
    public static bool IsDone(RunState run, MemberId member) => run.Phase switch
    {
        CheckPhase p => p.Votes.ContainsKey(member) || p.Aborted.Contains(member)
            || p.Dispute.Reports.ContainsKey(member),
        AggregatePhase p => p.Votes.ContainsKey(member) || p.Aborted.Contains(member)
            || p.Dispute.Reports.ContainsKey(member),
        _ => true,
    };

    public Digest SessionId(Digest chain) => Digest.Of(
        "smpc-session", chain,
        new CanonicalWriter(32).UInt32(Run.Value).Int32(Round).Byte((byte)Kind).Int32(Attempt).Written);

    public override string ToString() =>
        $"run {Run} round {Round} {(Kind == JobKind.Check ? "check" : "aggregation")} attempt {Attempt}";
}
