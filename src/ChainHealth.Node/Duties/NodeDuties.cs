namespace ChainHealth.Node;

/// <summary>What a validator does for the chain beside ordering and computing: reports lies, votes where it was told
/// to.</summary>
internal sealed class NodeDuties(EvidenceReporter reporter, MemberVoter? voter, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    public EvidenceReporter Reporter { get; } = reporter;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Reporter.Tick();
                voter?.Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
