using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Edges;

/// <summary>Opens the door to the edge servers; who is a member, says the chain.</summary>
public delegate IEdgeClient OpenEdges(ChainFeed feed);

/// <summary>What an edge server last said of itself.</summary>
/// <param name="Status">Null before its first word.</param>
/// <param name="Heard">When it last answered; null = never.</param>
/// <param name="Fault">Why the last question found no answer; empty where it did.</param>
public sealed record EdgeEntry(Member Server, EdgeStatus? Status, DateTimeOffset? Heard, string Fault)
{
    public bool Answers => Fault.Length == 0 && Status is not null;
}

/// <summary>Asks every edge server for its state, once for all open pages, and only while a page looks.</summary>
public sealed class EdgeBoard(OpenEdges open, ChainFeed feed, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _asking = new(1);
    private readonly IEdgeClient _edges = open(feed);
    private ImmutableHashSet<Action> _listeners = [];
    private ImmutableArray<EdgeEntry> _now = [];
    private CancellationToken _stopping;

    /// <summary>The provider's server first; empty before the first answers.</summary>
    public ImmutableArray<EdgeEntry> Now => _now;

    /// <summary>False until every server was asked once.</summary>
    public bool Asked { get; private set; }

    /// <summary>Members with a known edge server.</summary>
    public ImmutableArray<Member> Servers => _edges.Servers;

    /// <summary>Null where the network names no edge server of a provider.</summary>
    public Member? Provider => Servers.FirstOrDefault(s => s.Role == MemberRole.Provider);

    public EdgeEntry? Of(MemberId member) => _now.FirstOrDefault(e => e.Server.Id == member);

    public Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        MemberId server, EdgeCall<TQuestion, TAnswer> call, TQuestion question, CancellationToken cancellation) =>
        _edges.AskAsync(server, call, question, cancellation);

    /// <summary>The listener is called on a pool thread after each asking, until the answer is disposed.</summary>
    public IDisposable Listen(Action listener)
    {
        ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Add(one), listener);
        _ = AskAllAsync(_stopping);
        return new Listening(this, listener);
    }

    public override void Dispose()
    {
        _asking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        using var timer = new PeriodicTimer(AskInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!_listeners.IsEmpty)
                {
                    await AskAllAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        await _edges.DisposeAsync();
    }

    private async Task AskAllAsync(CancellationToken cancellation)
    {
        // Whoever comes while the servers are being asked sees those answers.
        if (!await _asking.WaitAsync(0, CancellationToken.None))
        {
            return;
        }

        try
        {
            EdgeEntry[] entries = await Task.WhenAll(Servers.Select(s => AskOneAsync(s, cancellation)));
            _now = [.. entries];
            Asked = true;
        }
        finally
        {
            _asking.Release();
        }

        foreach (Action listener in _listeners)
        {
            listener();
        }
    }

    private async Task<EdgeEntry> AskOneAsync(Member server, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            EdgeStatus status = await _edges.AskAsync(server.Id, EdgeCalls.Status, limit.Token);
            return new EdgeEntry(server, status, time.GetUtcNow(), "");
        }
        catch (Exception e) when (e is EdgeCallException or OperationCanceledException)
        {
            string fault = e is EdgeCallException ? e.Message : $"no answer in {Patience.TotalSeconds:0} s";
            EdgeEntry? before = Of(server.Id);
            return new EdgeEntry(server, before?.Status, before?.Heard, fault);
        }
    }

    private sealed class Listening(EdgeBoard board, Action listener) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref board._listeners, (all, one) => all.Remove(one), listener);
    }
}
