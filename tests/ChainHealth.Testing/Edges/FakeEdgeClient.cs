using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>The edge client's contract over answers that a test gives, for pages. A kind without an answer is refused;
/// a server that is down is out of reach.</summary>
public sealed class FakeEdgeClient(TestNetwork cast) : IEdgeClient
{
    private readonly Dictionary<byte, Func<Member, object, object>> _answers = [];
    private readonly HashSet<MemberId> _down = [];
    private readonly Lock _gate = new();
    private readonly List<(MemberId Server, string Call, object Question)> _questions = [];

    public ImmutableArray<Member> Servers =>
    [
        .. cast.Genesis.Members.Where(m => m.Id == cast.Provider),
        .. cast.Genesis.Members.Where(m => m.Role == MemberRole.Hospital),
    ];

    /// <summary>What was asked, oldest first.</summary>
    public IReadOnlyList<(MemberId Server, string Call, object Question)> Questions
    {
        get
        {
            lock (_gate)
            {
                return [.. _questions];
            }
        }
    }

    public FakeEdgeClient On<TQuestion, TAnswer>(
        EdgeCall<TQuestion, TAnswer> call, Func<Member, TQuestion, TAnswer> answer)
        where TQuestion : notnull
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_gate)
        {
            _answers[call.Kind] = (server, question) => answer(server, (TQuestion)question);
        }

        return this;
    }

    public void Down(MemberId server, bool down = true)
    {
        lock (_gate)
        {
            _ = down ? _down.Add(server) : _down.Remove(server);
        }
    }

    public Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        MemberId server, EdgeCall<TQuestion, TAnswer> call, TQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_gate)
        {
            _questions.Add((server, call.Name, question!));
            if (_down.Contains(server))
            {
                return Task.FromException<TAnswer>(new EdgeCallException(
                    EdgeFault.Unreachable, "the edge server is out of reach (connection refused)"));
            }

            try
            {
                Member member = Servers.Single(s => s.Id == server);
                return _answers.TryGetValue(call.Kind, out Func<Member, object, object>? answer)
                    ? Task.FromResult((TAnswer)answer(member, question!))
                    : Task.FromException<TAnswer>(new EdgeCallException(EdgeFault.Refused, $"no '{call}' here"));
            }
            catch (EdgeCallException e)
            {
                return Task.FromException<TAnswer>(e);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
