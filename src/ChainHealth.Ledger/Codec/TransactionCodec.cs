using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of transactions (WIRE.md, "Transaction"): chain, sender, nonce, kind, body; a signed one
/// has the 64 bytes of its signature behind them.</summary>
public static class TransactionCodec
{
    /// <summary>What is signed: without the signature.</summary>
    public static byte[] Encode(Transaction transaction)
    {
        var writer = new CanonicalWriter();
        Write(writer, transaction);
        return writer.ToArray();
    }

    public static byte[] Encode(SignedTransaction signed) => signed.Bytes.ToArray();

    /// <summary>Null, with the reason, where the bytes are no signed transaction. Neither signature nor chain are
    /// checked here (<see cref="TransactionVerifier"/>).</summary>
    public static SignedTransaction? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length > SignedTransaction.BytesMax)
        {
            fault = $"transaction of {bytes.Length} bytes, at most {SignedTransaction.BytesMax} allowed";
            return null;
        }

        var reader = new CanonicalReader(bytes);
        Digest chain = reader.Digest();
        var sender = new MemberId(reader.UInt32());
        ulong nonce = reader.UInt64();
        TransactionBody? body = BodyCodec.Read(ref reader);
        Signature signature = reader.Signature();
        if (!reader.Finish() || body is null)
        {
            fault = "transaction: " + (reader.Fault ?? "no body");
            return null;
        }

        fault = null;
        return new SignedTransaction(new Transaction(chain, sender, nonce, body), signature, bytes.ToArray());
    }

    internal static byte[] Write(Transaction transaction, Signature signature)
    {
        var writer = new CanonicalWriter();
        Write(writer, transaction);
        writer.Signature(signature);
        return writer.ToArray();
    }

    private static void Write(CanonicalWriter writer, Transaction transaction)
    {
        writer.Digest(transaction.Chain).UInt32(transaction.Sender.Value).UInt64(transaction.Nonce);
        BodyCodec.Write(writer, transaction.Body);
    }
}
