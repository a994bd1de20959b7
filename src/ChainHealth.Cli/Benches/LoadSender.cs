using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>One member that sends without waiting: notes leave in nonce order over one connection, and each is done
/// when it stands in a certified block. Goes on with the next validator, and sends again what is not done, when a
/// connection ends or nothing of its own is committed for a while; the chain applies each note once.</summary>
internal sealed class LoadSender : IAsyncDisposable
{
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(1);

    private readonly MemberIdentity _self;
    private readonly LinkIdentity _identity;
    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private ClientApiLink? _link;
    private ulong _nonce;
    private long _progress;

    public LoadSender(MemberIdentity self)
    {
        _self = self;
        _identity = LinkIdentity.Of(self);
        _running = Task.Run(RunAsync);
    }

    public MemberId Member => _self.Member.Id;

    /// <summary>Completes with the reason when a validator refuses a note by the rules.</summary>
    public Task<string> Refused => _refused.Task;

    /// <summary>Signs and sends.</summary>
    /// <returns>Ends when the note stands in a certified block.</returns>
    public Task SendAsync(byte[] content)
    {
        var body = new NoteBody(new ByteString(content));
        lock (_gate)
        {
            SignedTransaction transaction =
                new Transaction(_self.Chain, _self.Member.Id, ++_nonce, body).Sign(_self.SigningKey);
            var pending = new Pending(
                transaction, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _pending.Enqueue(pending);
            if (_link is { } link)
            {
                Offer(link, transaction);
            }

            return pending.Done.Task;
        }
    }

    /// <summary>A certified block brought this transaction of ours.</summary>
    public void Committed(SignedTransaction transaction)
    {
        TaskCompletionSource? done = null;
        lock (_gate)
        {
            if (_pending.TryPeek(out Pending? oldest) && oldest.Transaction.Id == transaction.Id)
            {
                done = _pending.Dequeue().Done;
                _progress++;
            }
        }

        done?.SetResult();
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
        for (int at = 0; !_stopping.IsCancellationRequested; at = (at + 1) % validators.Length)
        {
            try
            {
                await using SecureConnection connection = await SecureDialer.ConnectAsync(
                    validators[at], _identity, LinkPurpose.Client, _stopping.Token, DialLimit);
                await using var link = new ClientApiLink(connection);
                await UseAsync(link);
            }
            catch (LinkException)
            {
                // The next one, then.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task UseAsync(ClientApiLink link)
    {
        lock (_gate)
        {
            foreach (Pending pending in _pending)
            {
                Offer(link, pending.Transaction);
            }

            _link = link;
        }

        long seen = Progress();
        try
        {
            while (!link.Ended.IsCompleted)
            {
                await Task.WhenAny(link.Ended, BackOff.WaitAsync(StallAfter, _stopping.Token));
                _stopping.Token.ThrowIfCancellationRequested();
                if (IsStalledSince(ref seen))
                {
                    return;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _link = null;
            }
        }
    }

    private long Progress()
    {
        lock (_gate)
        {
            return _progress;
        }
    }

    private bool IsStalledSince(ref long seen)
    {
        lock (_gate)
        {
            bool isStalled = _progress == seen && _pending.Count > 0;
            seen = _progress;
            return isStalled;
        }
    }

    /// <summary>An answer other than a refusal needs no action: what was not taken is sent again after a stall.
    /// </summary>
    private void Offer(ClientApiLink link, SignedTransaction transaction) =>
        link.SubmitAsync(transaction.Bytes, CancellationToken.None).ContinueWith(
            answer =>
            {
                if (answer is { IsCompletedSuccessfully: true, Result.Result: SubmitResult.Refused })
                {
                    _refused.TrySetResult(answer.Result.Reason);
                }

                _ = answer.Exception;
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private sealed record Pending(SignedTransaction Transaction, TaskCompletionSource Done);
}
