using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Keeps a connection to every validator, asks each for its status, and drops for good one that
/// lied.</summary>
internal sealed class ValidatorLinks : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkIdentity _self;
    private readonly ChainBoard _board;
    private readonly ChainClientOptions _options;
    private readonly ImmutableArray<Member> _validators;
    private readonly ClientApiLink?[] _links;
    private readonly bool[] _dropped;
    private readonly CancellationTokenSource[] _stops;
    private readonly Task _running;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValidatorLinks(
        LinkIdentity self, Genesis genesis, ChainBoard board, ChainClientOptions options, CancellationToken stopping)
    {
        _self = self;
        _board = board;
        _options = options;
        _validators = genesis.Validators();
        _links = new ClientApiLink?[_validators.Length];
        _dropped = new bool[_validators.Length];
        _stops = [.. _validators.Select(_ => CancellationTokenSource.CreateLinkedTokenSource(stopping))];
        _running = Task.WhenAll(Enumerable.Range(0, _validators.Length).Select(i => Task.Run(() => KeepAsync(i))));
    }

    public int Count => _validators.Length;

    /// <summary>Ends at the next change of who is connected.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    public Member Validator(int index) => _validators[index];

    public int IndexOf(MemberId validator)
    {
        for (int i = 0; i < _validators.Length; i++)
        {
            if (_validators[i].Id == validator)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Null while there is no connection.</summary>
    public ClientApiLink? Link(int index) =>
        Volatile.Read(ref _links[index]) is { CloseReason: null } link ? link : null;

    /// <summary>Connected validators, the primary of the newest view that any of them tells of first.</summary>
    public ImmutableArray<(int Index, ClientApiLink Link)> Open()
    {
        NodeStatus newest = _board.Nodes.MaxBy(n => (n.Reachable, n.View.Value))!;
        int primary = newest.Primary.Value;
        return [.. Enumerable.Range(0, Count).OrderBy(i => i == primary ? 0 : 1)
            .Select(i => (i, Link(i))).Where(x => x.Item2 is not null).Select(x => (x.i, x.Item2!))];
    }

    /// <summary>Waits until the validator is connected.</summary>
    public async Task<ClientApiLink> LinkAsync(int index, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed = Changed;
            if (Link(index) is { } link)
            {
                return link;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>The validator sent what an honest one cannot: it is named, cut off and not asked again.</summary>
    public void Drop(int index, string reason)
    {
        if (Interlocked.Exchange(ref _dropped[index], true))
        {
            return;
        }

        _options.Report?.Invoke($"{_validators[index].Name} is dropped: {reason}");
        _stops[index].Cancel();
        Volatile.Read(ref _links[index])?.Close(reason);
        _board.Note(index, s => s with { Reachable = false, Stall = "dropped: " + reason });
    }

    public async ValueTask DisposeAsync()
    {
        await _running;
        foreach (CancellationTokenSource stop in _stops)
        {
            stop.Dispose();
        }
    }

    private Task KeepAsync(int index)
    {
        Member member = _validators[index];
        if (_options.AddressOf is { } addressOf)
        {
            member = member with { Endpoint = addressOf(member) };
        }

        return Redial.RunAsync(
            member, _self, LinkPurpose.Client, (connection, stopping) => UseAsync(index, connection, stopping),
            reason => Unreachable(index, reason), _stops[index].Token);
    }

    private void Unreachable(int index, string reason)
    {
        _options.Report?.Invoke(reason);
        _board.Note(index, s => s with { Reachable = false, Stall = reason });
    }

    private async Task UseAsync(int index, SecureConnection connection, CancellationToken stopping)
    {
        await using var link = new ClientApiLink(connection);
        await using CancellationTokenRegistration cut = stopping.Register(() => link.Close("stopping"));
        try
        {
            await AskStatusAsync(index, link, stopping);
            Announce(index, link);
            using var timer = new PeriodicTimer(_options.StatusInterval, _options.Time);
            while (link.CloseReason is null && await timer.WaitForNextTickAsync(stopping))
            {
                await AskStatusAsync(index, link, stopping);
            }
        }
        catch (ClientApiException e)
        {
            throw new LinkException($"{_validators[index].Name}: {e.Message}", e);
        }
        finally
        {
            Announce(index, null);
            if (!stopping.IsCancellationRequested)
            {
                _board.Note(index, s => s with { Reachable = false, Stall = link.CloseReason ?? "disconnected" });
            }
        }
    }

    private async Task AskStatusAsync(int index, ClientApiLink link, CancellationToken stopping)
    {
        NodeStatus status = await link.GetStatusAsync(stopping).WaitAsync(_options.RequestTimeout, stopping);
        Take(index, status);
    }

    /// <summary>Whatever the node writes, it speaks for itself only.</summary>
    public void Take(int index, NodeStatus status) => _board.Note(index, s => Volatile.Read(ref _dropped[index])
        ? s : status with { Validator = _validators[index].Id, Reachable = true });

    private void Announce(int index, ClientApiLink? link)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            Volatile.Write(ref _links[index], link);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
