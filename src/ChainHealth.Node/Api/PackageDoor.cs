using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Decides which sealed packages come in: only from the owner that the address names, only while the run's
/// phase wants them, and no larger than the plan makes them.</summary>
internal sealed class PackageDoor(MemberId self, ChainView view, PackageStore store, TimeProvider time)
{
    /// <summary>A sender may have seen a block that has not come here yet.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(3);

    /// <summary>Raised when a package is on disk.</summary>
    public event Action<PackageAddress>? Arrived;

    public async ValueTask<StoreOutcome> PutAsync(
        Member client, PackageAddress address, byte[] content, CancellationToken cancellation)
    {
        if (client.Id != address.Owner)
        {
            return StoreOutcome.Refused($"{client.Name} cannot leave a package of {address.Owner}");
        }

        Height seen = view.State.Height;
        string? fault = Fault(address, content.Length);
        long began = time.GetTimestamp();
        while (fault is not null && IsEarly(address) && time.GetElapsedTime(began) < PatienceMax)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task changed = view.WaitAboveAsync(seen, waiting.Token);
            await Task.WhenAny(changed, Task.Delay(PatienceMax - time.GetElapsedTime(began), time, waiting.Token));
            await waiting.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            seen = view.State.Height;
            fault = Fault(address, content.Length);
        }

        fault ??= store.TryPut(address, content);
        if (fault is not null)
        {
            return StoreOutcome.Refused(fault);
        }

        Arrived?.Invoke(address);
        return StoreOutcome.Done;
    }

    /// <summary>Null where the package is wanted now.</summary>
    public string? Fault(PackageAddress address, int bytes)
    {
        if (!view.State.Runs.TryGetValue(address.Run, out RunState? run))
        {
            return $"there is no run {address.Run}";
        }

        if (run.Ended || !run.Plan.Committee.Contains(self))
        {
            return run.Ended
                ? $"run {address.Run} has ended"
                : $"this validator does not compute for run {address.Run}";
        }

        return address.Round == 0 ? PoolFault(run, address.Owner, bytes) : UpdateFault(run, address, bytes);
    }

    private bool IsEarly(PackageAddress address) =>
        !view.State.Runs.TryGetValue(address.Run, out RunState? run) || (!run.Ended && address.Round > run.Round);

    private string? PoolFault(RunState run, MemberId owner, int bytes)
    {
        long bytesMax = PlanRules.PoolPackageBytesMax(run.Plan, RunPlan.PoolRecordsMax);
        return owner != run.Plan.PoolContributor ? $"{owner} does not contribute the pool of run {run.Id}"
            : !run.Plan.Policy.Enabled ? $"run {run.Id} has no validation pool"
            : run.Phase is not ApprovalPhase phase ? $"run {run.Id} has its pool already"
            : phase.PoolAttestedBy.Contains(self) ? "the pool was attested already"
            : SizeFault(bytes, bytesMax);
    }

    private string? UpdateFault(RunState run, PackageAddress address, int bytes)
    {
        bool isReference = address.Owner == run.Plan.PoolContributor && run.Plan.Policy.Limits.HasReference;
        bool isOpen = run.Phase is TrainPhase || (run.Phase is AttestPhase attest && (isReference
            ? run.Current?.Reference?.AttestedBy.Contains(self) == false
            : attest.Attested.TryGetValue(address.Owner, out var by) && !by.Contains(self)));
        return !isReference && !run.Participants.Contains(address.Owner)
                ? $"{address.Owner} takes no part in run {run.Id}"
            : run.Round != address.Round ? $"run {run.Id} is in round {run.Round}, not {address.Round}"
            : !isOpen ? $"run {run.Id} takes no updates in phase '{run.Phase.Name}'"
            : SizeFault(bytes, PlanRules.UpdatePackageBytesMax(run.Plan));
    }

    private static string? SizeFault(int bytes, long bytesMax)
    {
        long limit = Math.Min(bytesMax, ClientLimits.PackageBytesMax);
        return bytes > limit ? $"a package of {bytes} bytes; at most {limit} allowed here" : null;
    }
}
