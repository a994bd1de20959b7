using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A transaction and its sender's signature over its id. Encoded and hashed at most once: the canonical bytes,
/// the id and the leaf stay with the object.</summary>
public sealed record SignedTransaction
{
    /// <summary>Canonical bytes of one signed transaction, at most.</summary>
    public const int BytesMax = 80 * 1024;

    private Encoding? _encoding;

    public SignedTransaction(Transaction transaction, Signature signature)
    {
        Transaction = transaction;
        Signature = signature;
    }

    /// <summary>Of bytes from which the two were just decoded.</summary>
    internal SignedTransaction(Transaction transaction, Signature signature, byte[] encoded)
        : this(transaction, signature) => _encoding = Encoding.Of(transaction.Chain, encoded);

    /// <summary>A copy may differ, so it keeps nothing that was computed.</summary>
    private SignedTransaction(SignedTransaction other)
    {
        Transaction = other.Transaction;
        Signature = other.Signature;
    }

    public Transaction Transaction { get; init; }

    public Signature Signature { get; init; }

    /// <summary>The transaction's id. The signature is not part of it.</summary>
    public Digest Id => Encoded.Id;

    /// <summary>Id and signature together: the leaf under a block's transaction root.</summary>
    public Digest Leaf => Encoded.Leaf;

    /// <summary>Canonical bytes with the signature; shared, not copied.</summary>
    public ReadOnlyMemory<byte> Bytes => Encoded.Bytes;

    private Encoding Encoded => _encoding ??= Encoding.Of(
        Transaction.Chain, TransactionCodec.Write(Transaction, Signature));

    public bool Equals(SignedTransaction? other) =>
        other is not null && (ReferenceEquals(this, other) || Leaf == other.Leaf);

    public override int GetHashCode() => Leaf.GetHashCode();

    /// <summary>One object, so that threads see all of it or nothing.</summary>
    private sealed record Encoding(byte[] Bytes, Digest Id, Digest Leaf)
    {
        public static Encoding Of(Digest chain, byte[] bytes)
        {
            Digest id = Digest.Of("transaction", chain, bytes.AsSpan(0, bytes.Length - Signature.Bytes));
            Span<byte> leaf = stackalloc byte[Digest.Bytes + Signature.Bytes];
            id.CopyTo(leaf);
            bytes.AsSpan(bytes.Length - Signature.Bytes).CopyTo(leaf[Digest.Bytes..]);
            return new Encoding(bytes, id, Digest.Of("signed-transaction", chain, leaf));
        }
    }
}
