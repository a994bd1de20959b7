using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;

namespace ChainHealth.Edge;

/// <summary>One thing that an edge server owes a run. It looks at the verified state and acts when its turn has come;
/// acting twice is refused by the ledger, so a duty may be repeated after a crash.</summary>
internal interface IDuty
{
    /// <summary>What the door tells while this is done.</summary>
    EdgeActivity Activity { get; }

    /// <summary>Whether the run waits for this.</summary>
    bool IsDue(LedgerState state, RunState run);

    Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation);
}
