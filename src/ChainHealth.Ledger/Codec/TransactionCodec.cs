using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of transactions (WIRE.md).</summary>
public static partial class TransactionCodec
{
    public static byte[] Encode(Transaction transaction)
    {
        var writer = new CanonicalWriter();
        writer.Digest(transaction.Chain).UInt32(transaction.Sender.Value).UInt64(transaction.Nonce);
        return writer.ToArray();
    }
}
