using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>The part of a transaction's validity that needs no ledger state but the sender's key: chain, membership,
/// size, signature. Each signature is verified once: what was found good is remembered by id and signature, in two
/// generations of bounded size, at about 150 bytes each whatever the transaction's size. May be used by several threads
/// at once, so that hosts verify off the consensus thread before a block is checked.</summary>
public sealed class TransactionVerifier(Digest chain, SignatureCheck? check = null, int rememberedMax = 1 << 16)
{
    private readonly SignatureCheck _check = check ?? Secp256k1.Verify;
    private readonly Lock _lock = new();
    private Dictionary<Digest, PublicKey> _young = [];
    private Dictionary<Digest, PublicKey> _old = [];

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
        else if (Recalls(signed.Leaf, sender.SigningKey))
        {
            return new VerifiedTransaction(signed, sender.SigningKey);
        }
        else if (!_check(sender.SigningKey, signed.Id, signed.Signature))
        {
            fault = $"signature of {transaction.Sender} is not valid";
        }
        else
        {
            Remember(signed.Leaf, sender.SigningKey);
            return new VerifiedTransaction(signed, sender.SigningKey);
        }

        return null;
    }

    private bool Recalls(Digest leaf, PublicKey key)
    {
        lock (_lock)
        {
            return (_young.TryGetValue(leaf, out PublicKey known) || _old.TryGetValue(leaf, out known)) && known == key;
        }
    }

    private void Remember(Digest leaf, PublicKey key)
    {
        lock (_lock)
        {
            if (_young.Count >= rememberedMax / 2)
            {
                (_old, _young) = (_young, []);
            }

            _young[leaf] = key;
        }
    }
}
