using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What the committee member of a validator needs of its own chain.</summary>
internal interface ICommitteeChain
{
    /// <summary>After the last committed block.</summary>
    LedgerState State { get; }

    /// <summary>Completes with a state above the height; at once where there is one already.</summary>
    Task<LedgerState> WaitForChangeAsync(Height after, CancellationToken cancellation);

    /// <summary>Signs as this validator, under its next nonce; completes when committed.</summary>
    /// <exception cref="TransactionRefusedException">The rules refuse it.</exception>
    Task SubmitAsync(TransactionBody body, CancellationToken cancellation);
}

/// <summary>Sealed share packages on this validator's disk.</summary>
internal interface IPackageStore
{
    byte[]? TryRead(PackageAddress address);

    /// <summary>Erases the updates of one round; nothing where they are gone already.</summary>
    void EraseRound(RunId run, int round);

    /// <summary>Erases everything of a run, the pool included.</summary>
    void EraseRun(RunId run);
}

/// <summary>Global models under their content hash, durable.</summary>
internal interface IModelStore
{
    byte[]? TryRead(Digest model);

    void Write(Digest model, ReadOnlySpan<byte> bytes);
}

/// <summary>Asks the other validators for a model; what they send is checked by the caller.</summary>
internal interface IModelPeers
{
    Task<byte[]?> TryFetchAsync(Digest model, CancellationToken cancellation);
}
