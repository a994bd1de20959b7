using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What the asker sends to one validator: public terms, equal for all of them, and that validator's sealed
/// shares of the records.</summary>
/// <param name="Nonce">Fresh for every attempt.</param>
/// <param name="Model">Content hash of the model to evaluate.</param>
/// <param name="Absent">Committee seat that stays empty; null: all four compute.</param>
/// <param name="Records">1 to <see cref="RecordsMax"/>.</param>
/// <param name="Shares">Hashes of the four shares.</param>
/// <param name="SealedPackage">Sealed to the validator under <see cref="SealingContext"/>.</param>
public sealed record PredictionQuestion(Digest Nonce, Digest Model, int? Absent, int Records,
    ShareCommitments Shares, ByteString SealedPackage)
{
    public const int RecordsMax = 16;

    /// <summary>Of an encoded question.</summary>
    public const int BytesMax = 1024 * 1024;

    private const byte Version = 1;
    private const byte Nobody = 255;

    /// <summary>Names the session of this question; all four parties derive the same.</summary>
    public Digest SessionId(Digest chain, MemberId asker)
    {
        CanonicalWriter writer = new CanonicalWriter(256).UInt32(asker.Value);
        WriteTerms(writer);
        return Digest.Of("private-prediction", chain, writer.Written);
    }

    public byte[] SealingContext(Digest chain, MemberId asker, MemberId validator) =>
        new CanonicalWriter(128).Text("private prediction").Digest(chain).UInt32(asker.Value).Digest(Nonce)
            .Digest(Model).UInt32(validator.Value).ToArray();

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(SealedPackage.Span.Length + 256);
        writer.Byte(Version);
        WriteTerms(writer);
        return writer.Bytes(SealedPackage.Span).ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no question within the limits.</summary>
    public static PredictionQuestion? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        byte version = reader.Byte();
        Digest nonce = reader.Digest(), model = reader.Digest();
        byte absent = reader.Byte();
        int records = reader.Int32();
        ShareCommitments shares = ShareCommitments.Read(ref reader);
        ReadOnlySpan<byte> package = reader.Bytes(BytesMax);
        if (!reader.Failed && (version != Version || (absent >= ExchangeMessages.Parties && absent != Nobody)))
        {
            reader.Fail("not a question of this version");
        }

        if (!reader.Failed && records is < 1 or > RecordsMax)
        {
            reader.Fail($"{records} records, 1 to {RecordsMax} allowed");
        }

        bool complete = reader.Finish();
        fault = reader.Fault;
        return complete
            ? new PredictionQuestion(nonce, model, absent == Nobody ? null : absent, records, shares,
                new ByteString(package.ToArray()))
            : null;
    }

    private void WriteTerms(CanonicalWriter writer)
    {
        writer.Digest(Nonce).Digest(Model).Byte((byte?)Absent ?? Nobody).Int32(Records);
        Shares.Write(writer);
    }
}
