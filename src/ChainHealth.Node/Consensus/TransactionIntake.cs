using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The one way of a transaction into the pool: form, signature, nonce, and, where it would be the sender's
/// next, the rules. What clients bring is passed on to the other validators, except by the primary: its next proposal
/// brings it to them.</summary>
internal sealed class TransactionIntake(
    ChainView view, Mempool mempool, TransactionVerifier verifier, Func<PeerNetwork> network, Func<ReplicaHost> host,
    TimeProvider time)
{
    /// <summary>Told of each transaction whose signature was found good, whatever becomes of it.</summary>
    public event Action<SignedTransaction>? Verified;

    public IReadOnlyList<SignedTransaction> Waiting(int max) => mempool.All(max);

    /// <summary>Whether transactions of the member are in the pool.</summary>
    public bool IsWaiting(MemberId member)
    {
        LedgerState state = view.State;
        return mempool.NextNonce(member, state) > state.NextNonce(member);
    }

    public ulong NextNonce(MemberId member) => mempool.NextNonce(member, view.State);

    /// <summary>From a client of ours. Costs one signature check.</summary>
    public SubmitOutcome Submit(ReadOnlySpan<byte> bytes)
    {
        SignedTransaction? signed = TransactionCodec.TryDecode(bytes, out string? fault);
        return signed is null ? SubmitOutcome.Refused(fault!) : Submit(signed);
    }

    public SubmitOutcome Submit(SignedTransaction signed)
    {
        LedgerState state = view.State;
        if (verifier.Verify(signed, state, out string? fault) is not { } verified)
        {
            return SubmitOutcome.Refused(fault!);
        }

        Verified?.Invoke(signed);
        if (Objection(verified, state) is { } reason)
        {
            return SubmitOutcome.Refused(reason);
        }

        SubmitOutcome outcome = mempool.Add(verified, state, allowGap: false);
        if (outcome.Result == SubmitResult.Accepted)
        {
            if (!host().IsLeading)
            {
                network().Broadcast(PeerKind.Transaction, signed.Bytes.Span);
            }

            host().PostWork();
        }

        return outcome;
    }

    /// <summary>Gives the next transaction of each member to the other validators.</summary>
    public void PassOnNext()
    {
        foreach (VerifiedTransaction next in mempool.Next(view.State))
        {
            network().Broadcast(PeerKind.Transaction, next.Signed.Bytes.Span);
        }
    }

    /// <summary>Gives what waits here to the other validators: we lead no longer.</summary>
    public void PassOn(int max)
    {
        foreach (SignedTransaction waiting in Waiting(max))
        {
            network().Broadcast(PeerKind.Transaction, waiting.Bytes.Span);
        }
    }

    /// <summary>Null, or why the peer is hung up on. A transaction that is merely late or early is no fault.</summary>
    public string? TakeFromPeer(ReadOnlySpan<byte> bytes)
    {
        SignedTransaction? signed = TransactionCodec.TryDecode(bytes, out string? fault);
        if (signed is null)
        {
            return fault;
        }

        LedgerState state = view.State;
        VerifiedTransaction? verified = verifier.Verify(signed, state, out fault);
        if (verified is not null)
        {
            Verified?.Invoke(signed);
        }

        if (verified is not null && (mempool.RefusalOf(signed.Id) is null || Objection(verified, state) is null)
            && mempool.Add(verified, state, allowGap: true).Result == SubmitResult.Accepted)
        {
            host().PostWork();
        }

        return null;
    }

    /// <summary>Why it cannot be its sender's next, or, where its turn has not come, why it was refused before. What
    /// was refused once is looked at again: after a later block (a suspension that was lifted) the rules may allow
    /// it.</summary>
    private string? Objection(VerifiedTransaction verified, LedgerState state)
    {
        Transaction transaction = verified.Signed.Transaction;
        if (transaction.Nonce != state.NextNonce(transaction.Sender))
        {
            return mempool.RefusalOf(verified.Signed.Id);
        }

        string? reason = state.Check(verified, Now());
        if (reason is null)
        {
            mempool.Forgive(verified.Signed.Id);
        }

        return reason;
    }

    private Instant Now() => new(time.GetUtcNow().ToUnixTimeMilliseconds());
}
