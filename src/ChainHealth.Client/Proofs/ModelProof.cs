using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Shows, to someone who has only the genesis, that a model is final: the state of a certified block holds the
/// fact. Verified without a network by the offline verifier.</summary>
public sealed record ModelProof(
    BlockHeader Header, QuorumCertificate Certificate, FinalModel Model, StateProof Inclusion);
