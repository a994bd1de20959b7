using System.Diagnostics;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Follows the blocks of one validator at a time, the last one first. A block counts when it follows the one
/// before and 2f+1 validators have signed it; its transactions are then told to their senders.</summary>
internal sealed class BlockWatch : IAsyncDisposable
{
    private readonly MemberIdentity _self;
    private readonly LinkIdentity _identity;
    private readonly ValidatorSet _set;
    private readonly Dictionary<MemberId, LoadSender> _senders;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private Height _height;
    private Digest _tip;
    private long _last;
    private long _blocks;
    private TimeSpan _longest;

    public BlockWatch(MemberIdentity self, IEnumerable<LoadSender> senders)
    {
        _self = self;
        _identity = LinkIdentity.Of(self);
        _set = self.Genesis.ValidatorSet();
        _senders = senders.ToDictionary(s => s.Member);
        _tip = self.Chain;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Begins to count from here.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _blocks = 0;
            _last = Stopwatch.GetTimestamp();
            _longest = TimeSpan.Zero;
        }
    }

    /// <summary>Blocks since the restart, and the longest time between two that brought something.</summary>
    public (long Blocks, TimeSpan LongestGap) Read()
    {
        lock (_gate)
        {
            TimeSpan open = Stopwatch.GetElapsedTime(_last);
            return (_blocks, open > _longest ? open : _longest);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _self.Dispose();
    }

    private async Task RunAsync()
    {
        System.Collections.Immutable.ImmutableArray<Member> validators = _self.Genesis.Validators();
        for (int turn = 1; !_stopping.IsCancellationRequested; turn = turn % validators.Length + 1)
        {
            try
            {
                await using SecureConnection connection = await SecureDialer.ConnectAsync(
                    validators[^turn], _identity, LinkPurpose.Client, _stopping.Token);
                await using var link = new ClientApiLink(connection);
                await link.FollowAsync(_height.Next, TakeAsync, _stopping.Token);
            }
            catch (Exception e) when (e is LinkException or ClientApiException)
            {
                // The next one, then.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private ValueTask TakeAsync(ClientPush push)
    {
        if (push is BlockPush pushed)
        {
            CertifiedBlock block = BlockCodec.TryDecodeCertified(pushed.CertifiedBlock, out string? fault)
                ?? throw new LinkException(fault!);
            fault = block.Block.Header.Parent != _tip ? "a block that does not follow the one before"
                : CertificateRules.Fault(_self.Chain, _set, block);
            if (fault is not null)
            {
                throw new LinkException(fault);
            }

            _height = block.Block.Header.Height;
            _tip = block.Certificate.Block;
            Count(block);
        }

        return ValueTask.CompletedTask;
    }

    private void Count(CertifiedBlock block)
    {
        if (block.Block.Transactions.Length > 0)
        {
            lock (_gate)
            {
                long now = Stopwatch.GetTimestamp();
                TimeSpan gap = Stopwatch.GetElapsedTime(_last, now);
                _longest = gap > _longest ? gap : _longest;
                _last = now;
                _blocks++;
            }
        }

        foreach (SignedTransaction transaction in block.Block.Transactions)
        {
            if (_senders.TryGetValue(transaction.Transaction.Sender, out LoadSender? sender))
            {
                sender.Committed(transaction);
            }
        }
    }
}
