using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>The next snapshot from the last one and a change.</summary>
public static class SnapshotChanges
{
    public static ChainSnapshot After(this ChainSnapshot snapshot, ChainChange change)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return change switch
        {
            BlockCommitted committed => snapshot with
            {
                State = committed.State,
                Recent = Newest(snapshot.Recent, committed.Block),
                HeardAt = Later(snapshot.HeardAt, committed.Block.Block.Header.Time),
            },
            NodeStatusChanged changed => snapshot with { Nodes = Replace(snapshot.Nodes, changed.Status) },
            SnapshotReplaced replaced => replaced.Snapshot,
            _ => snapshot,
        };
    }

    private static ImmutableArray<CertifiedBlock> Newest(ImmutableArray<CertifiedBlock> recent, CertifiedBlock block) =>
        !recent.IsEmpty && recent[0].Block.Header.Height >= block.Block.Header.Height
            ? recent
            : [block, .. recent.Take(ChainFeed.RecentMax - 1)];

    private static ImmutableArray<NodeStatus> Replace(ImmutableArray<NodeStatus> nodes, NodeStatus status)
    {
        int at = nodes.IndexOf(nodes.FirstOrDefault(n => n.Validator == status.Validator)!);
        return at < 0 ? nodes.Add(status) : nodes.SetItem(at, status);
    }

    private static Instant Later(Instant a, Instant b) => a > b ? a : b;
}
