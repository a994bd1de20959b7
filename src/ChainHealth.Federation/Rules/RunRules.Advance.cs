using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Quotas and deadlines (ROUND.md, rules D).</summary>
public static partial class RunRules
{
    /// <summary>Closes each phase whose quota is full or whose deadline is not after <paramref name="now"/>. A phase
    /// begins at the block time at which the one before it closed, never at that one's deadline: so after an outage
    /// nobody misses a phase that he could not see. Hence a deadline closes at most one phase, and what follows in the
    /// same block follows by quota.</summary>
    public static RunState Advance(RunState run, Instant now)
    {
        for (RunState? next = run; next is not null; next = Close(run, now))
        {
            run = next;
        }

        return run;
    }

    private static RunState? Close(RunState run, Instant now) => run.Phase switch
    {
        ApprovalPhase phase => CloseApproval(run, phase, now),
        TrainPhase phase => CloseTrain(run, phase, now),
        AttestPhase phase => CloseAttest(run, phase, now),
        CheckPhase phase => CloseCheck(run, phase, now),
        AggregatePhase phase => CloseAggregate(run, phase, now),
        PublishPhase phase => ClosePublish(run, phase, now),
        _ => null,
    };
}
