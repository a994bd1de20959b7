using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>All that an outsider may see of the chain or ask of it. Every block it hands out was verified: certificate,
/// transactions, state root. A client trusts the genesis and no node.</summary>
public interface IChainClient : IAsyncDisposable
{
    Genesis Genesis { get; }

    /// <summary>The state now and every change after it, without a gap between the two. Each caller gets its own
    /// stream; one that does not keep up is given the newest snapshot in place of what it missed.</summary>
    Task<ChainSubscription> SubscribeAsync(CancellationToken cancellation);

    /// <summary>Signs the body with this client's key under its next nonce, submits it to validators until one accepts,
    /// and waits until it stands in a verified block.</summary>
    /// <exception cref="TransactionRefusedException">The chain's rules refuse it; the message says why.</exception>
    /// <exception cref="TimeoutException">No quorum committed it in time.</exception>
    Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation);

    /// <summary>Verified blocks, ascending, at most 256 at once.</summary>
    Task<ImmutableArray<CertifiedBlock>> GetBlocksAsync(Height from, int count, CancellationToken cancellation);

    /// <summary>Null when no block that this client has seen holds it.</summary>
    Task<LocatedTransaction?> FindTransactionAsync(Digest id, CancellationToken cancellation);

    /// <summary>Bytes of a model, checked against its content hash.</summary>
    Task<byte[]> GetModelAsync(Digest model, CancellationToken cancellation);

    /// <summary>Delivers a sealed share package to one validator (by committee member id) and waits until it is on its
    /// disk.</summary>
    Task PutPackageAsync(MemberId validator, PackageAddress address, ReadOnlyMemory<byte> sealedPackage,
        CancellationToken cancellation);

    /// <summary>Asks one validator for its part of a private prediction: the door through which
    /// <c>PrivatePrediction.AskAsync</c> of the SMPC library reaches the committee.</summary>
    /// <exception cref="ClientApiException">The validator refuses; the message says why.</exception>
    /// <exception cref="LinkException">It cannot be reached.</exception>
    Task<byte[]> PredictAsync(
        MemberId validator, ReadOnlyMemory<byte> question, CancellationToken cancellation);

    /// <summary>Why this member's update was refused: asks the committee, whose members hold the code in shares. Null
    /// where too few of them answer alike.</summary>
    Task<RefusalReasons?> GetReasonsAsync(
        RunId run, int round, IReadOnlyList<MemberId> committee, CancellationToken cancellation);

    /// <summary>A self-contained proof of a fact of the chain, for the offline verifier. Made from what this client has
    /// verified itself.</summary>
    /// <exception cref="ClientApiException">The chain holds no such fact.</exception>
    Task<ChainProof> ProveAsync(ProofQuestion question, CancellationToken cancellation);
}

/// <summary>Where a committed transaction stands.</summary>
public sealed record Receipt(Digest Transaction, Height Height, int Index);

public sealed record LocatedTransaction(SignedTransaction Transaction, CertifiedBlock Block, int Index);

public sealed class TransactionRefusedException(string reason) : Exception(reason);

public sealed record ChainSubscription(ChainSnapshot Now, IAsyncEnumerable<ChainChange> Changes);

/// <param name="State">Verified ledger state.</param>
/// <param name="Recent">Newest blocks, newest first, at most 50.</param>
/// <param name="Nodes">What each validator last said of itself, in genesis order.</param>
/// <param name="HeardAt">When any validator was last heard.</param>
public sealed record ChainSnapshot(
    LedgerState State, ImmutableArray<CertifiedBlock> Recent, ImmutableArray<NodeStatus> Nodes, Instant HeardAt);

public abstract record ChainChange;

/// <summary>A block became final; State is the state after it.</summary>
public sealed record BlockCommitted(CertifiedBlock Block, LedgerState State) : ChainChange;

public sealed record NodeStatusChanged(NodeStatus Status) : ChainChange;

/// <summary>The reader was too slow, or the client had to start over: take this in place of everything
/// before.</summary>
public sealed record SnapshotReplaced(ChainSnapshot Snapshot) : ChainChange;

/// <summary>A validator's word about itself: useful, not proven.</summary>
/// <param name="Validator">Whose.</param>
/// <param name="Reachable">Whether this client has a connection to it.</param>
/// <param name="Height">Of its last block.</param>
/// <param name="View">It is in.</param>
/// <param name="Primary">Of that view.</param>
/// <param name="PeersConnected">Validators that it is connected to.</param>
/// <param name="ConsensusBytesSent">Since its start.</param>
/// <param name="SmpcBytesSent">Since its start.</param>
/// <param name="MemoryBytes">Working set.</param>
/// <param name="Stall">Empty, or who is missing in which view and what is waited for.</param>
/// <param name="Version">Of its program.</param>
public sealed record NodeStatus(
    MemberId Validator, bool Reachable, Height Height, View View, ReplicaId Primary, int PeersConnected,
    long ConsensusBytesSent, long SmpcBytesSent, long MemoryBytes, string Stall, string Version);
