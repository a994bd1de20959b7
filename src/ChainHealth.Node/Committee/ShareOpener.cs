using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Opens the sealed packages that lie here and holds them against the hashes on chain.</summary>
internal sealed class ShareOpener(MemberIdentity identity, IPackageStore packages)
{
    /// <summary>Null, with the reason, where there is no package or it does not match.</summary>
    public SharePackage? TryOpen(
        RunState run, PackageAddress address, ShareHashes hashes, int length, out string? fault)
    {
        int party = run.Plan.Committee.IndexOf(identity.Member.Id);
        byte[]? sealedBytes = packages.TryRead(address);
        if (sealedBytes is null)
        {
            fault = "no package here";
            return null;
        }

        byte[]? bytes = PackageSealing.TryOpen(
            sealedBytes, identity.EncryptionKey!, address.SealingContext(identity.Chain, identity.Member.Id),
            SealedBytesMax(length));
        if (bytes is null)
        {
            fault = "package was not sealed for this validator, round and owner";
            return null;
        }

        SharePackage? package = SharePackage.TryDecode(bytes, length, out fault);
        CryptographicOperations.ZeroMemory(bytes);
        var commitments = new ShareCommitments(hashes.H0, hashes.H1, hashes.H2, hashes.H3);
        if (package is null || package.Verify(party, commitments, length))
        {
            return package;
        }

        package.Dispose();
        fault = "shares do not match the hashes on chain";
        return null;
    }

    public SharePackage? TryOpenPool(RunState run, out string? fault)
    {
        RunPlan plan = run.Plan;
        PoolCommitment? pool = run.Phase is ApprovalPhase { Pool: { } offered } ? offered : run.Pool;
        fault = "no pool is committed";
        return pool is null ? null : TryOpen(
            run, new PackageAddress(run.Id, 0, plan.PoolContributor), pool.Shares,
            PoolPart.LengthOf(plan.Architecture, pool.Records), out fault);
    }

    public SharePackage? TryOpenUpdate(RunState run, UpdateCommitment update, out string? fault) => TryOpen(
        run, new PackageAddress(run.Id, run.Round, update.Hospital), update.Shares,
        run.Plan.Architecture.ParameterCount, out fault);

    /// <summary>A package holds three shares, each at most a whole vector.</summary>
    private static int SealedBytesMax(int length) => checked((3 * (length + 16) * sizeof(ulong)) + 4096);
}
