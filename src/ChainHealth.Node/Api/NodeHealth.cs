using System.Reflection;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Counters of the SMPC jobs of this process.</summary>
internal sealed class SmpcMeter
{
    private long _bytesSent;

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public void Sent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);
}

/// <summary>The node's word about itself.</summary>
internal sealed class NodeHealth(MemberId self, ReplicaHost host, PeerNetwork peers, SmpcMeter smpc, TimeProvider time)
{
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(2);
    private static readonly string Version =
        typeof(NodeHealth).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    public async ValueTask<NodeStatus> StatusAsync(CancellationToken cancellation)
    {
        ReplicaStatus status = await host.StatusAsync(cancellation);
        return new NodeStatus(
            self, true, status.Committed.Height, status.View, status.Primary, peers.Connected, peers.BytesSent,
            smpc.BytesSent, Environment.WorkingSet, Stall(status), Version);
    }

    private string Stall(ReplicaStatus status)
    {
        bool isOpen = status.Mode == ViewMode.Changing || !status.InFlight.IsEmpty || status.ViewDeadline is not null
            || status.HighestKnown > status.Committed.Height;
        return isOpen && time.GetElapsedTime(host.CommittedAt) > StallAfter ? status.Explanation : "";
    }
}
