using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>The contributor secret-shares labelled records of its own to the committee; no validator ever holds one in
/// the clear.</summary>
internal sealed partial class SharePoolDuty(EdgeContext context, int recordsMax, ulong seed) : IDuty
{
    public EdgeActivity Activity => EdgeActivity.SharingPool;

    public bool IsDue(LedgerState state, RunState run) =>
        run.Phase is ApprovalPhase { Pool: null } && run.Plan.PoolContributor == context.Self
        && run.Plan.Policy.Enabled;

    public async Task PerformAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        if (context.Misfit(run.Plan) is { } misfit)
        {
            throw new InvalidOperationException(misfit);
        }

        Records pool = ProviderPool.Of(
            context.Dataset, seed, Math.Min(recordsMax, RunPlan.PoolRecordsMax)).Judged;
        long[] vector = PoolVector.Encode(pool, run.Plan);
        SharedVector shared = await ShareDelivery.DeliverAsync(
            context, state, run.Plan, new PackageAddress(run.Id, 0, context.Self), vector, cancellation);
        Array.Clear(vector);
        await context.Chain.SubmitAsync(
            new CommitPoolBody(run.Id, new PoolCommitment(shared.Hashes, pool.Count, shared.PackageBytes)),
            cancellation);
        LogShared(context.Log, run.Id.Value, pool.Count, shared.PackageBytes);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "run {Run}: shared a validation pool of {Records} records, {Bytes} bytes")]
    private static partial void LogShared(ILogger log, uint run, int records, long bytes);
}
