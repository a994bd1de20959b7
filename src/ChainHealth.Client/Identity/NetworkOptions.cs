using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What a new network is made of.</summary>
public sealed record NetworkOptions
{
    public const int HospitalsMax = 64;

    /// <summary>For people; part of the genesis.</summary>
    public string Name { get; init; } = "chainhealth";

    /// <summary>3f+1.</summary>
    public int Validators { get; init; } = 4;

    public int Hospitals { get; init; } = 5;

    /// <summary>Host of every validator where <see cref="Endpoints"/> is empty.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port of validator 1; the others follow. Whether the ports are free is for the caller to see.</summary>
    public int BasePort { get; init; } = 5100;

    /// <summary>Port of the provider's edge server, on <see cref="Host"/>; those of the hospitals follow. 0 = after
    /// the validators' ports.</summary>
    public int EdgePort { get; init; }

    /// <summary>host:port of each validator; empty = host and base port.</summary>
    public ImmutableArray<string> Endpoints { get; init; } = [];

    /// <summary>host:port of the edge servers, by name; empty = host and edge port.</summary>
    public ImmutableDictionary<string, string> Edges { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null when a network can be made of this.</summary>
    public string? Fault()
    {
        if (!Quorum.IsValid(Validators))
        {
            return $"{Validators} validators: they must number 3f+1, from {Quorum.MembersMin} to "
                + $"{Quorum.MembersMax} (4, 7, 10, ...)";
        }

        if (Hospitals is < 1 or > HospitalsMax)
        {
            return $"{Hospitals} hospitals: from 1 to {HospitalsMax} are possible";
        }

        if (string.IsNullOrWhiteSpace(Name) || System.Text.Encoding.UTF8.GetByteCount(Name) > Member.NameBytesMax)
        {
            return $"the network's name must have 1 to {Member.NameBytesMax} bytes";
        }

        return EndpointFault() ?? EdgeFault();
    }

    internal ImmutableArray<string> ValidatorEndpoints() => Endpoints.IsDefaultOrEmpty
        ? [.. Enumerable.Range(0, Validators).Select(i => new MemberEndpoint(Host, BasePort + i).ToString())]
        : Endpoints;

    internal ImmutableDictionary<string, string> EdgeEndpoints()
    {
        if (!Edges.IsEmpty)
        {
            return Edges;
        }

        int first = FirstEdgePort;
        return Enumerable.Range(0, Hospitals + 1).ToImmutableDictionary(
            i => i == 0 ? MemberNames.Provider : MemberNames.Hospital(i),
            i => new MemberEndpoint(Host, first + i).ToString());
    }

    private int FirstEdgePort => EdgePort == 0 ? BasePort + Validators : EdgePort;

    private string? EdgeFault() => FirstEdgePort < 1 || FirstEdgePort > ushort.MaxValue - Hospitals
        ? $"port {FirstEdgePort} of the first edge server does not leave room for {Hospitals + 1} ports" : null;

    private string? EndpointFault()
    {
        if (Endpoints.IsDefaultOrEmpty)
        {
            if (BasePort < 1 || BasePort > ushort.MaxValue - Validators + 1)
            {
                return $"base port {BasePort} does not leave room for {Validators} ports";
            }
        }
        else if (Endpoints.Length != Validators)
        {
            return $"{Endpoints.Length} endpoints for {Validators} validators";
        }

        ImmutableArray<string> endpoints = ValidatorEndpoints();
        string? bad = endpoints.FirstOrDefault(e => MemberEndpoint.TryParse(e) is null);
        return bad is not null ? $"'{bad}' is no host:port"
            : endpoints.Distinct(StringComparer.OrdinalIgnoreCase).Count() != endpoints.Length
                ? "two validators have the same endpoint" : null;
    }
}
