using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What a validator does for clients. The client is the member whose TLS key the connection proved; what each
/// role may ask is for the implementation to decide. An exception of kind <see cref="ClientApiException"/> is answered
/// with its message; any other ends the connection.</summary>
public interface IClientApi
{
    /// <param name="transaction">Canonical bytes of a signed transaction, not yet checked.</param>
    ValueTask<SubmitOutcome> SubmitAsync(Member client, byte[] transaction, CancellationToken cancellation);

    /// <summary>Canonical bytes of certified blocks, ascending from the height without a gap, at most
    /// <paramref name="count"/>; fewer, or none, where the chain ends.</summary>
    ValueTask<IReadOnlyList<byte[]>> GetBlocksAsync(
        Member client, Height from, int count, CancellationToken cancellation);

    /// <summary>Endless: blocks from the height on without a gap, and statuses. Must not buffer without bound: it is
    /// read as fast as the client reads.</summary>
    IAsyncEnumerable<ClientPush> FollowAsync(Member client, Height from, CancellationToken cancellation);

    /// <summary>Null where this node does not have it.</summary>
    ValueTask<byte[]?> GetModelAsync(Member client, Digest model, CancellationToken cancellation);

    /// <summary>Answers when the package is on disk.</summary>
    ValueTask<StoreOutcome> PutPackageAsync(
        Member client, PackageAddress address, byte[] sealedPackage, CancellationToken cancellation);

    /// <summary>Null where this node's chain holds no such fact.</summary>
    ValueTask<ChainProof?> GetProofAsync(Member client, ProofQuestion question, CancellationToken cancellation);

    /// <summary>Computes this validator's part of a private prediction with the other three.</summary>
    /// <returns>Its shares of the class scores, for the asker alone.</returns>
    ValueTask<byte[]> PredictAsync(Member client, byte[] question, CancellationToken cancellation);

    /// <summary>This node's part of the client's own reason code (<see cref="ReasonParts"/>); null where it has none.
    /// </summary>
    ValueTask<byte[]?> GetReasonAsync(Member client, RunId run, int round, CancellationToken cancellation);

    ValueTask<NodeStatus> GetStatusAsync(Member client, CancellationToken cancellation);
}

/// <summary>The request cannot be served; the message goes to the client.</summary>
public sealed class ClientApiException(string message) : Exception(message);

/// <summary>What a subscriber is sent.</summary>
public abstract record ClientPush;

/// <param name="CertifiedBlock">Canonical bytes.</param>
public sealed record BlockPush(byte[] CertifiedBlock) : ClientPush;

public sealed record StatusPush(NodeStatus Status) : ClientPush;
