using ChainHealth.Dashboard.Hosting;

namespace ChainHealth.Dashboard.Chain;

/// <summary>The chain of a network folder, seen with the dashboard's own member keys.</summary>
public static class NetworkChain
{
    public static OpenChain From(DashboardOptions options) => _ =>
        throw new InvalidOperationException($"no chain client for {options.Network}");
}
