using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>What goes on chain about a vector that was shared.</summary>
internal sealed record SharedVector(ShareHashes Hashes, long PackageBytes);

/// <summary>Shares a vector and delivers each committee member's sealed package to its disk. A validator that is down
/// for a while is tried again until the caller's phase ends.</summary>
internal static class ShareDelivery
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Once three validators have their packages, the fourth is waited for so long; it can do without, since
    /// three compute as well (ROUND.md, C3).</summary>
    private static readonly TimeSpan LastMax = TimeSpan.FromSeconds(20);

    /// <summary>The same where the chain says that it is silent or excluded.</summary>
    private static readonly TimeSpan LastMaxIfKnown = TimeSpan.FromSeconds(2);

    public static async Task<SharedVector> DeliverAsync(
        EdgeContext context, LedgerState state, RunPlan plan, PackageAddress address, long[] values,
        CancellationToken cancellation)
    {
        // Rotates which party gets the vector and not a seed, so that the load is even over the hospitals.
        using SharedInput input = InputSharing.Share(
            values, RandomNumberGenerator.Fill, (int)(address.Owner.Value % RunPlan.CommitteeSize));
        var deliveries = new Task[RunPlan.CommitteeSize];
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long bytes = 0;
        for (int party = 0; party < deliveries.Length; party++)
        {
            Member validator = state.Members[plan.Committee[party]];
            byte[] package = input.Packages[party].Encode();
            byte[] sealedPackage = PackageSealing.Seal(
                package, validator.EncryptionKey.Span,
                address.SealingContext(context.Identity.Chain, validator.Id));
            CryptographicOperations.ZeroMemory(package);
            bytes += sealedPackage.Length;
            deliveries[party] = PutAsync(context, validator.Id, address, sealedPackage, giveUp.Token);
        }

        bool known = address.Round > 0 && state.Runs[address.Run].Standing.Without is not null;
        await AwaitAsync(deliveries, giveUp, known ? LastMaxIfKnown : LastMax, cancellation);
        ShareCommitments c = input.Commitments;
        return new SharedVector(new ShareHashes(c.H0, c.H1, c.H2, c.H3), bytes);
    }

    /// <summary>All of them, or all but one that is late; a refusal by one of them is a fault here.</summary>
    private static async Task AwaitAsync(
        Task[] deliveries, CancellationTokenSource giveUp, TimeSpan lastMax, CancellationToken cancellation)
    {
        List<Task> open = [.. deliveries];
        while (open.Count > 1)
        {
            Task done = await Task.WhenAny(open);
            open.Remove(done);
            await done;
        }

        giveUp.CancelAfter(lastMax);
        try
        {
            await open[0];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The other three have theirs.
        }
    }

    /// <summary>Until it is stored; a refusal by the validator's rules is final.</summary>
    private static async Task PutAsync(
        EdgeContext context, MemberId validator, PackageAddress address, byte[] sealedPackage,
        CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await context.Chain.PutPackageAsync(validator, address, sealedPackage, limit.Token);
                return;
            }
            catch (Exception e) when (e is IOException or TimeoutException && !limit.IsCancellationRequested)
            {
                await Task.Delay(RetryPause, TimeProvider.System, limit.Token);
            }
        }
    }
}
