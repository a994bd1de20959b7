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
internal sealed class NodeHealth(
    MemberId self, ReplicaHost host, ChainBlocks blocks, PeerNetwork peers, SmpcMeter smpc, TimeProvider time)
{
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(2);
    private static readonly string Version =
        typeof(NodeHealth).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>The loop answers between two writes; a disk that holds it up must not hold up the word of it.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);

    private ReplicaStatus? _last;

    public async ValueTask<NodeStatus> StatusAsync(CancellationToken cancellation)
    {
        ReplicaStatus status = await NowAsync(cancellation);
        return new NodeStatus(
            self, true, status.Committed.Height, status.View, status.Primary, peers.Connected, peers.BytesSent,
            smpc.BytesSent, Environment.WorkingSet, Stall(status), Version);
    }

    private async Task<ReplicaStatus> NowAsync(CancellationToken cancellation)
    {
        Task<ReplicaStatus> answer = host.StatusAsync(cancellation);
        if (_last is { } last)
        {
            await Task.WhenAny(answer, BackOff.WaitAsync(AnswerLimit, cancellation));
            if (!answer.IsCompleted)
            {
                return last;
            }
        }

        return _last = await answer;
    }

    private string Stall(ReplicaStatus status)
    {
        if (host.DiskPace.Trouble() is { } trouble)
        {
            return trouble;
        }

        if (blocks.Damaged is { } damaged)
        {
            return $"block {damaged} on its disk is damaged: given to nobody, fetched again at the next start";
        }

        bool isOpen = status.Mode == ViewMode.Changing || !status.InFlight.IsEmpty || status.ViewDeadline is not null
            || status.HighestKnown > status.Committed.Height;
        return isOpen && time.GetElapsedTime(host.CommittedAt) > StallAfter ? status.Explanation : "";
    }
}
