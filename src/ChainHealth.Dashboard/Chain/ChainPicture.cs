using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

public enum FeedState
{
    /// <summary>Not heard anything yet.</summary>
    Connecting = 0,
    Live = 1,

    /// <summary>The subscription broke; what is shown is the last that was heard. It is tried again.</summary>
    Broken = 2,
}

/// <summary>What the dashboard knows of the chain at one moment; immutable, shared by all open pages.</summary>
/// <param name="Heard">When anything was last heard; null before the first word.</param>
/// <param name="Fault">Why the feed is broken; empty otherwise.</param>
public sealed record ChainPicture(
    FeedState State, Genesis? Genesis, ChainSnapshot? Snapshot, DateTimeOffset? Heard, string Fault)
{
    public static readonly ChainPicture Empty = new(FeedState.Connecting, null, null, null, "");

    /// <summary>Name of a member, or its number where the chain does not know it.</summary>
    public string NameOf(MemberId member) => Snapshot is { } snapshot ? snapshot.NameOf(member) : member.ToString();

    public int ReachableValidators => Snapshot?.Nodes.Count(n => n.Reachable) ?? 0;
}

public static class SnapshotReading
{
    public static string NameOf(this ChainSnapshot snapshot, MemberId member)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.State.Members.TryGetValue(member, out Member? known) ? known.Name : member.ToString();
    }
}
