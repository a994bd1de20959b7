using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Keeps at most one connection to each edge server, made when it is first needed and made anew when it has
/// broken. A member's TLS key is the one that the chain knows; the address book says only where to knock.</summary>
/// <param name="members">The members as the chain knows them now.</param>
public sealed class EdgeClient(
    LinkIdentity self, EdgeAddresses addresses, Func<IEnumerable<Member>> members) : IEdgeClient
{
    private readonly ConcurrentDictionary<MemberId, Slot> _slots = new();

    public ImmutableArray<Member> Servers =>
        [.. members().Where(m => m.Role is MemberRole.Provider or MemberRole.Hospital)
            .Select(addresses.Locate).OfType<Member>().OrderBy(m => m.Role == MemberRole.Provider ? 0 : 1)
            .ThenBy(m => m.Id)];

    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        MemberId server, EdgeCall<TQuestion, TAnswer> call, TQuestion question, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(call.Limit + SecureDialer.DefaultTimeout);
        Member member = Servers.FirstOrDefault(m => m.Id == server) ?? throw new EdgeCallException(
            EdgeFault.Unreachable, $"member {server} has no known edge server");
        try
        {
            EdgeLink link = await LinkAsync(member, limit.Token);
            byte[] answer = await link.AskAsync(call, call.Question.Encode(question), limit.Token);
            return call.Answer.TryDecode(answer, out TAnswer value, out string? fault) ? value
                : throw new EdgeCallException(
                    EdgeFault.Failed, $"{member.Name}: malformed answer to '{call}': {fault}");
        }
        catch (LinkException e)
        {
            throw new EdgeCallException(EdgeFault.Unreachable, $"the edge server is out of reach ({e.Message})", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new EdgeCallException(
                EdgeFault.Unreachable, $"{member.Name} did not answer '{call}' in {call.Limit.TotalSeconds:0} s", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Slot slot in _slots.Values)
        {
            if (slot.Link is { } link)
            {
                await link.DisposeAsync();
            }
        }
    }

    private async Task<EdgeLink> LinkAsync(Member member, CancellationToken cancellation)
    {
        Slot slot = _slots.GetOrAdd(member.Id, _ => new Slot());
        await slot.Gate.WaitAsync(cancellation);
        try
        {
            if (slot.Link is { CloseReason: null } open)
            {
                return open;
            }

            if (slot.Link is { } broken)
            {
                slot.Link = null;
                await broken.DisposeAsync();
            }

            slot.Link = new EdgeLink(
                await SecureDialer.ConnectAsync(member, self, LinkPurpose.Edge, cancellation));
            return slot.Link;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public EdgeLink? Link { get; set; }
    }
}
