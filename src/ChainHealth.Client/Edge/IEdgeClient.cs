using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Asks the edge servers of the institutions. What a member may ask is decided by the edge server.</summary>
public interface IEdgeClient : IAsyncDisposable
{
    /// <summary>Members whose edge server has a known address, the provider's first.</summary>
    ImmutableArray<Member> Servers { get; }

    /// <exception cref="EdgeCallException">There is no answer; the message says why, for a person.</exception>
    Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        MemberId server, EdgeCall<TQuestion, TAnswer> call, TQuestion question, CancellationToken cancellation);
}

public static class EdgeClientExtensions
{
    public static Task<TAnswer> AskAsync<TAnswer>(
        this IEdgeClient edges, MemberId server, EdgeCall<Nothing, TAnswer> call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return edges.AskAsync(server, call, default, cancellation);
    }
}
