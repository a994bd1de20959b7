using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>The part of a transaction's validity that needs no ledger state but the sender's key: chain, membership,
/// size, signature. Each signature is verified once: what was found good is remembered by id and signature, in two
/// generations of bounded size. May be used by several threads at once, so that hosts verify off the consensus thread
/// before a block is checked.</summary>
public sealed class TransactionVerifier(Digest chain, SignatureCheck? check = null, int rememberedMax = 1 << 16)
{
    private readonly SignatureCheck _check = check ?? Secp256k1.Verify;
    private readonly Lock _lock = new();
    private Dictionary<Digest, VerifiedTransaction> _young = [];
    private Dictionary<Digest, VerifiedTransaction> _old = [];

    /// <summary>Null, with the reason, where it cannot be valid whatever the state of its run.</summary>
    public VerifiedTransaction? Verify(SignedTransaction signed, LedgerState state, out string? fault)
    {
        Transaction transaction = signed.Transaction;
        fault = null;
        if (transaction.Chain != chain)
        {
            fault = $"transaction of chain {transaction.Chain.Short}, this is {chain.Short}";
        }
        else if (!state.Members.TryGetValue(transaction.Sender, out Member? sender))
        {
            fault = $"{transaction.Sender} is no member";
        }
        else if (signed.Bytes.Length > SignedTransaction.BytesMax)
        {
            fault = $"transaction of {signed.Bytes.Length} bytes, at most {SignedTransaction.BytesMax} allowed";
        }
        else if (Recall(signed.Leaf) is { } known && known.Key == sender.SigningKey)
        {
            return known;
        }
        else if (!_check(sender.SigningKey, signed.Id, signed.Signature))
        {
            fault = $"signature of {transaction.Sender} is not valid";
        }
        else
        {
            return Remember(new VerifiedTransaction(signed, sender.SigningKey));
        }

        return null;
    }

    private VerifiedTransaction? Recall(Digest leaf)
    {
        lock (_lock)
        {
            return _young.GetValueOrDefault(leaf) ?? _old.GetValueOrDefault(leaf);
        }
    }

    private VerifiedTransaction Remember(VerifiedTransaction verified)
    {
        lock (_lock)
        {
            if (_young.Count >= rememberedMax / 2)
            {
                (_old, _young) = (_young, []);
            }

            _young[verified.Signed.Leaf] = verified;
            return verified;
        }
    }
}
