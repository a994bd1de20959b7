using ChainHealth.Client;

namespace ChainHealth.Dashboard.Chain;

/// <summary>The chain of a network folder, seen with the dashboard's own member keys.</summary>
public static class NetworkChain
{
    private const string CacheName = "blocks.cache";

    /// <summary>The identity is used, not owned.</summary>
    public static OpenChain Of(MemberIdentity self)
    {
        ArgumentNullException.ThrowIfNull(self);
        return _ => Task.FromResult<IChainClient>(ChainClient.Start(
            self, new ChainClientOptions { CacheFile = Path.Combine(self.Store, CacheName) }));
    }
}
