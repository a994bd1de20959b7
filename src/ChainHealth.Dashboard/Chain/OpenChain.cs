using ChainHealth.Client;

namespace ChainHealth.Dashboard.Chain;

/// <summary>Opens the one door to the chain. May fail and be called again.</summary>
public delegate Task<IChainClient> OpenChain(CancellationToken cancellation);
