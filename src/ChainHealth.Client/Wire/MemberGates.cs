using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The limits of a node's clients: one gate for each member, so that nobody gains by opening more
/// connections.</summary>
public sealed class MemberGates(ClientApiLimits limits, TimeProvider? time = null)
{
    private readonly ConcurrentDictionary<MemberId, RequestGate> _gates = new();

    public ClientApiLimits Limits { get; } = limits;

    internal RequestGate Of(MemberId member) =>
        _gates.GetOrAdd(member, _ => new RequestGate(Limits, time ?? TimeProvider.System));
}
