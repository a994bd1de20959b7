using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Brings one act after another onto the chain. The nonce is taken and the transaction handed to the first
/// validator under a lock, so that they arrive in order; the wait for the block is outside of it. The same signed bytes
/// are sent again, to everybody, until they stand in a block: the ledger applies them once.</summary>
internal sealed class Submitter(
    MemberIdentity self, ChainBoard board, ValidatorLinks links, ChainClientOptions options) : IDisposable
{
    private readonly SemaphoreSlim _order = new(1, 1);
    private readonly Quorum _quorum = Quorum.Of(links.Count);
    private readonly Task?[] _unanswered = new Task?[links.Count];
    private ulong _handedOut;

    public async Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.SubmitTimeout);
        string last = "no validator could be reached";
        try
        {
            while (true)
            {
                (SignedTransaction transaction, SubmitOutcome? outcome) = await HandInAsync(body, deadline.Token);
                last = outcome is null ? last : $"{outcome.Result} {outcome.Reason}".Trim();
                if (outcome?.Result == SubmitResult.Accepted
                    && await WaitAndResendAsync(transaction, deadline.Token) is { } receipt)
                {
                    return receipt;
                }

                if (outcome?.Result != SubmitResult.WrongNonce)
                {
                    await BackOff.WaitAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 150)), deadline.Token);
                    deadline.Token.ThrowIfCancellationRequested();
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Restart();
            throw new TimeoutException(
                $"not in a block after {options.SubmitTimeout.TotalSeconds:0.#} s; last answer: {last}");
        }
    }

    public void Dispose() => _order.Dispose();

    private async Task<(SignedTransaction Transaction, SubmitOutcome? Outcome)> HandInAsync(
        TransactionBody body, CancellationToken cancellation)
    {
        await _order.WaitAsync(cancellation);
        try
        {
            ulong next = board.State.NextNonce(self.Member.Id);
            ulong nonce = Math.Max(next, _handedOut + 1);
            SignedTransaction transaction =
                new Transaction(self.Chain, self.Member.Id, nonce, body).Sign(self.SigningKey);
            SubmitOutcome? outcome = await OfferAsync(transaction, cancellation);
            _handedOut = outcome?.Result switch
            {
                SubmitResult.Accepted => nonce,
                SubmitResult.WrongNonce when outcome.NextNonce > nonce => outcome.NextNonce - 1,
                SubmitResult.WrongNonce => next - 1,
                _ => nonce - 1,
            };
            if (outcome?.Result == SubmitResult.WrongNonce && outcome.NextNonce <= nonce)
            {
                // Our own state is behind the node's; it catches up with the next block.
                await BackOff.WaitAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 60)), cancellation);
            }

            return (transaction, outcome);
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>Asks one validator after another until one accepts. Null where none could be reached. What fewer than
    /// f+1 refuse is no verdict: they may lie, or be behind while the others are not connected yet.</summary>
    /// <exception cref="TransactionRefusedException">f+1 of them refuse it.</exception>
    private async Task<SubmitOutcome?> OfferAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        SubmitOutcome? last = null;
        var refusals = new List<string>();
        foreach ((int index, ClientApiLink link) in links.Open().OrderBy(l => Hangs(l.Index)))
        {
            SubmitOutcome? outcome = await TryAsync(index, link, transaction, cancellation);
            if (outcome?.Result == SubmitResult.Accepted)
            {
                return outcome;
            }

            if (outcome?.Result == SubmitResult.Refused)
            {
                refusals.Add(outcome.Reason);
            }

            if (refusals.Count == _quorum.OneHonest)
            {
                throw new TransactionRefusedException(refusals[0]);
            }

            last = outcome?.Result == SubmitResult.WrongNonce ? outcome : last ?? outcome;
        }

        return last;
    }

    /// <summary>Whether it still owes an answer for which it had its time.</summary>
    private bool Hangs(int index) => Volatile.Read(ref _unanswered[index]) is { IsCompleted: false };

    private async Task<SubmitOutcome?> TryAsync(
        int index, ClientApiLink link, SignedTransaction transaction, CancellationToken cancellation)
    {
        Task<SubmitOutcome> answer = link.SubmitAsync(transaction.Bytes, cancellation);
        try
        {
            return await answer.WaitAsync(options.AnswerPatience, cancellation);
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _unanswered[index], answer);
            return null;
        }
        catch (Exception e) when (e is LinkException or ClientApiException)
        {
            return null;
        }
    }

    /// <summary>The receipt; null where another transaction has used up the nonce, so that this one can never stand in
    /// a block.</summary>
    private async Task<Receipt?> WaitAndResendAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        TimeSpan patience = options.ResendAfter;
        while (true)
        {
            try
            {
                return await board.WaitForAsync(transaction.Id, patience, cancellation);
            }
            catch (TimeoutException)
            {
                if (board.State.NextNonce(self.Member.Id) > transaction.Transaction.Nonce)
                {
                    return board.Find(transaction.Id);
                }

                await ResendAsync(transaction, cancellation);
                patience = TimeSpan.FromTicks(Math.Min(2 * patience.Ticks, options.ResendAfterMax.Ticks));
            }
        }
    }

    /// <exception cref="TransactionRefusedException">f+1 refuse it now: it was dropped when its block was
    /// made.</exception>
    private async Task ResendAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        SubmitOutcome?[] outcomes = await Task.WhenAll(
            links.Open().Select(l => TryAsync(l.Index, l.Link, transaction, cancellation)));
        string[] refusals = [.. outcomes.Where(o => o?.Result == SubmitResult.Refused).Select(o => o!.Reason)];
        if (refusals.Length >= _quorum.OneHonest)
        {
            Restart();
            throw new TransactionRefusedException(refusals[0]);
        }
    }

    /// <summary>The next nonce is asked of the state again.</summary>
    private void Restart() => Volatile.Write(ref _handedOut, 0);
}
