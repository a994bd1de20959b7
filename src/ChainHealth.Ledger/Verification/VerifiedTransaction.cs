using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A transaction whose signature was found to be that of its sender's key. Drafts take no other.</summary>
public sealed class VerifiedTransaction
{
    internal VerifiedTransaction(SignedTransaction signed, PublicKey key)
    {
        Signed = signed;
        Key = key;
    }

    public SignedTransaction Signed { get; }

    /// <summary>Under which it was verified; the rules compare it with the sender's in the state at hand.</summary>
    public PublicKey Key { get; }
}
