using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Edges;

/// <summary>The edge servers of a network folder, asked with the dashboard's own member keys.</summary>
public static class NetworkEdges
{
    /// <summary>The identity is used, not owned.</summary>
    /// <exception cref="NetworkFolderException">The address book is damaged.</exception>
    public static OpenEdges Of(MemberIdentity self)
    {
        ArgumentNullException.ThrowIfNull(self);
        EdgeAddresses addresses = EdgeAddresses.Load(self.Folder);
        return feed => new EdgeClient(
            LinkIdentity.Of(self), addresses,
            () => feed.Now.Snapshot?.State.Members.Values ?? (IEnumerable<Member>)self.Genesis.Members);
    }

    /// <summary>For a network that names none.</summary>
    public static IEdgeClient None { get; } = new NoEdges();

    private sealed class NoEdges : IEdgeClient
    {
        public ImmutableArray<Member> Servers => [];

        public Task<TAnswer> AskAsync<TQuestion, TAnswer>(
            MemberId server, EdgeCall<TQuestion, TAnswer> call, TQuestion question, CancellationToken cancellation) =>
            throw new EdgeCallException(EdgeFault.Unreachable, "this network names no edge servers (edges.json)");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
