using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Opens sealed packages with this validator's encryption key and compares the shares with what the chain has
/// committed to.</summary>
internal sealed class PackageReader(MemberIdentity identity, PackageStore store)
{
    private readonly Lock _gate = new();

    /// <summary>The shares, which the caller disposes; null, with the reason, where they are not here or not those that
    /// were committed.</summary>
    public SharePackage? Open(
        PackageAddress address, int party, ShareHashes committed, int elements, out string? fault)
    {
        byte[]? package = Unseal(address, elements, out fault);
        if (package is null)
        {
            return null;
        }

        SharePackage? shares = SharePackage.TryDecode(package, elements, out fault);
        CryptographicOperations.ZeroMemory(package);
        if (shares is null || shares.Verify(party, Commitments(committed), elements))
        {
            return shares;
        }

        shares.Dispose();
        fault = $"the shares of {address.Owner} are not those that it committed to";
        return null;
    }

    private byte[]? Unseal(PackageAddress address, int elements, out string? fault)
    {
        byte[]? content = store.Read(address);
        if (content is null)
        {
            fault = $"no package of {address.Owner} for round {address.Round} is here";
            return null;
        }

        int bytesMax = checked((elements + 64) * 3 * sizeof(ulong));
        byte[]? package;
        lock (_gate)
        {
            package = PackageSealing.TryOpen(content, identity.EncryptionKey!,
                address.SealingContext(identity.Chain, identity.Member.Id), bytesMax);
        }

        fault = package is null ? $"the package of {address.Owner} was not sealed to this validator and round" : null;
        return package;
    }

    private static ShareCommitments Commitments(ShareHashes hashes) => new(hashes.H0, hashes.H1, hashes.H2, hashes.H3);
}
