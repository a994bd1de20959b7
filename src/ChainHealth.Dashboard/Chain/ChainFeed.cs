using System.Collections.Immutable;
using System.Threading.Channels;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>The process's single subscription to the chain, fanned out to every open page. Pages are told at most
/// twice a second, however fast blocks come, and always of the newest state.</summary>
public sealed partial class ChainFeed(OpenChain open, TimeProvider time, ILogger<ChainFeed> log) : BackgroundService
{
    /// <summary>Shortest time between two notices to a page.</summary>
    public static readonly TimeSpan NoticeInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause before a broken subscription is opened again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    public const int RecentMax = 50;
    public const int BlocksAtOnce = 256;

    private readonly Lock _gate = new();
    private readonly Channel<bool> _grown = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ImmutableHashSet<Action> _listeners = [];
    private ChainPicture _now = ChainPicture.Empty;
    private ITimer? _timer;
    private bool _due;
    private DateTimeOffset _noticed = DateTimeOffset.MinValue;
    private IChainClient? _client;

    public ChainPicture Now => Volatile.Read(ref _now);

    public ChainIndex Index { get; } = new();

    /// <summary>Open parts of pages that are told.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>The listener is called on a pool thread after changes, until the answer is disposed.</summary>
    public IDisposable Listen(Action listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ImmutableInterlocked.Update(ref _listeners, (all, one) => all.Add(one), listener);
        return new Listening(this, listener);
    }

    /// <summary>Verified blocks, ascending; empty while the chain is out of reach.</summary>
    public async Task<ImmutableArray<CertifiedBlock>> GetBlocksAsync(
        Height from, int count, CancellationToken cancellation) =>
        _client is { } client
            ? await client.GetBlocksAsync(from, Math.Min(count, BlocksAtOnce), cancellation)
            : [];

    /// <summary>Signs with the dashboard's own key and waits until the chain holds it.</summary>
    /// <exception cref="TransactionRefusedException">The rules refuse it.</exception>
    /// <exception cref="TimeoutException">The chain is out of reach, or no quorum took it in time.</exception>
    public Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation) =>
        _client?.SubmitAsync(body, cancellation)
        ?? Task.FromException<Receipt>(new TimeoutException("the chain is out of reach"));

    public async Task<LocatedTransaction?> FindTransactionAsync(Digest id, CancellationToken cancellation) =>
        _client is { } client ? await client.FindTransactionAsync(id, cancellation) : null;

    /// <summary>Null while the chain is out of reach or holds nothing of the kind.</summary>
    public async Task<ChainProof?> ProveAsync(ProofQuestion question, CancellationToken cancellation)
    {
        try
        {
            return _client is { } client ? await client.ProveAsync(question, cancellation) : null;
        }
        catch (ClientApiException)
        {
            return null;
        }
    }

    /// <summary>Canonical bytes, checked against their hash; null while no validator gives them.</summary>
    public async Task<byte[]?> GetModelAsync(Digest model, CancellationToken cancellation)
    {
        try
        {
            return _client is { } client ? await client.GetModelAsync(model, cancellation) : null;
        }
        catch (ClientApiException)
        {
            return null;
        }
    }

    /// <summary>One validator's part of a private prediction, asked with the dashboard's own key.</summary>
    /// <exception cref="ClientApiException">The validator refuses.</exception>
    /// <exception cref="TimeoutException">The chain is out of reach.</exception>
    public Task<byte[]> PredictAsync(
        MemberId validator, ReadOnlyMemory<byte> question, CancellationToken cancellation) =>
        _client?.PredictAsync(validator, question, cancellation)
        ?? Task.FromException<byte[]>(new TimeoutException("the chain is out of reach"));

    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var retry = new PeriodicTimer(RetryInterval, time);
        Task indexing = IndexAsync(stoppingToken);
        try
        {
            do
            {
                await FollowAsync(stoppingToken);
            }
            while (await retry.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        await indexing;
        if (_client is { } client)
        {
            await client.DisposeAsync();
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            _client ??= await open(cancellation);
            ChainSubscription subscription = await _client.SubscribeAsync(cancellation);
            Take(subscription.Now, HeardIn(subscription.Now));
            await foreach (ChainChange change in subscription.Changes.WithCancellation(cancellation))
            {
                if (Now.Snapshot is { } snapshot)
                {
                    bool silence = change is NodeStatusChanged { Status.Reachable: false };
                    Take(snapshot.After(change), silence ? Now.Heard : time.GetUtcNow());
                }
            }

            Break("the chain client ended its stream");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Whatever the client met, pages go on showing the last verified state and say that it is old.
            Break(e.Message);
        }
    }

    /// <summary>A snapshot may be old: what counts is when a validator was last heard.</summary>
    private DateTimeOffset? HeardIn(ChainSnapshot snapshot) =>
        snapshot.Nodes.Any(n => n.Reachable) ? time.GetUtcNow()
            : snapshot.HeardAt.UnixMs > 0 ? snapshot.HeardAt.ToDateTimeOffset() : null;

    private void Take(ChainSnapshot snapshot, DateTimeOffset? heard)
    {
        Publish(new ChainPicture(FeedState.Live, _client?.Genesis, snapshot, heard, ""));
        _grown.Writer.TryWrite(true);
    }

    private void Break(string fault)
    {
        if (Now.Fault != fault)
        {
            LogBroken(fault);
        }

        Publish(Now with { State = FeedState.Broken, Fault = fault });
    }

    private void Publish(ChainPicture picture)
    {
        Volatile.Write(ref _now, picture);
        Announce();
    }

    /// <summary>At once after a quiet time, else when the interval is over.</summary>
    private void Announce()
    {
        lock (_gate)
        {
            if (_due)
            {
                return;
            }

            _due = true;
            TimeSpan since = time.GetUtcNow() - _noticed;
            TimeSpan wait = since >= NoticeInterval ? TimeSpan.Zero : NoticeInterval - since;
            _timer ??= time.CreateTimer(_ => Notify(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Notify()
    {
        lock (_gate)
        {
            _due = false;
            _noticed = time.GetUtcNow();
        }

        foreach (Action listener in _listeners)
        {
            listener();
        }
    }

    /// <summary>Reads every block once, in order, beside the live stream: a long chain does not hold up the
    /// pages.</summary>
    private async Task IndexAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (bool _ in _grown.Reader.ReadAllAsync(cancellation))
            {
                while (Now.Snapshot is { } snapshot && Index.Height < snapshot.State.Height)
                {
                    ImmutableArray<CertifiedBlock> blocks =
                        await GetBlocksAsync(Index.Height.Next, BlocksAtOnce, cancellation);
                    if (blocks.IsEmpty)
                    {
                        break;
                    }

                    foreach (CertifiedBlock block in blocks)
                    {
                        Index.Add(block);
                    }

                    Announce();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            LogIndexing(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The chain is out of reach and tried again: {Fault}")]
    private partial void LogBroken(string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The index of the chain stopped growing")]
    private partial void LogIndexing(Exception e);

    private sealed class Listening(ChainFeed feed, Action listener) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref feed._listeners, (all, one) => all.Remove(one), listener);
    }
}
