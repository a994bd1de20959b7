using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>An act of a member. The nonce counts that member's transactions from 1 without gaps, so that each is
/// applied exactly once and in its order.</summary>
public sealed record Transaction(Digest Chain, MemberId Sender, ulong Nonce, TransactionBody Body)
{
    /// <summary>Digest of the canonical bytes without the signature: what is signed, and the transaction's
    /// id.</summary>
    public Digest Id() => Digest.Of("transaction", Chain, TransactionCodec.Encode(this));

    public SignedTransaction Sign(SigningKey key) => new(this, key.Sign(Id()));
}
