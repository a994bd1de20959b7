using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

public class TransactionCodecTests
{
    [Fact]
    public void Every_kind_has_a_sample() =>
        Assert.Equal(
            Enum.GetValues<TransactionKind>(), Samples.Bodies.Select(b => (TransactionKind)KindByte(b)));

    [Fact]
    public void Decoding_an_encoded_transaction_gives_the_same_id_bytes_and_signature() =>
        Assert.All(Samples.Bodies, body =>
        {
            SignedTransaction signed = Samples.Signed(body);
            byte[] bytes = TransactionCodec.Encode(signed);
            SignedTransaction decoded = TransactionCodec.TryDecode(bytes, out string? fault)!;
            Assert.Null(fault);
            Assert.Equal(signed, decoded);
            Assert.Equal(signed.Transaction.Id(), decoded.Id);
            var rebuilt = new SignedTransaction(decoded.Transaction, decoded.Signature);
            Assert.Equal(bytes, TransactionCodec.Encode(rebuilt));
        });

    [Fact]
    public void A_copy_with_other_content_has_another_id()
    {
        SignedTransaction signed = Samples.Signed(Samples.Bodies[0]);
        Digest id = signed.Id;
        SignedTransaction other = signed with { Transaction = signed.Transaction with { Nonce = 9 } };
        Assert.NotEqual(id, other.Id);
        SignedTransaction forged = signed with { Signature = default };
        Assert.Equal(id, forged.Id);
        Assert.NotEqual(signed.Leaf, forged.Leaf);
    }

    [Fact]
    public void Cut_bytes_are_refused_with_a_reason() => Assert.All(Samples.Bodies, body =>
    {
        byte[] bytes = TransactionCodec.Encode(Samples.Signed(body));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(TransactionCodec.TryDecode(bytes.AsSpan(0, length), out string? fault));
            Assert.StartsWith("transaction: ", fault, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Bytes_left_over_are_refused()
    {
        byte[] bytes = [.. TransactionCodec.Encode(Samples.Signed(Samples.Bodies[0])), 0];
        Assert.Null(TransactionCodec.TryDecode(bytes, out string? fault));
        Assert.Contains("1 bytes left over", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(255)]
    public void An_unknown_kind_is_refused(byte kind)
    {
        byte[] bytes = TransactionCodec.Encode(Samples.Signed(Samples.Bodies[0]));
        bytes[44] = kind;
        Assert.Null(TransactionCodec.TryDecode(bytes, out string? fault));
        Assert.Contains($"{kind} is no TransactionKind", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Oversized_parts_are_refused()
    {
        var note = new NoteBody(new ByteString(new byte[NoteBody.BytesMax + 1]));
        Assert.Null(TransactionCodec.TryDecode(Samples.Signed(note).Bytes.Span, out string? fault));
        Assert.Contains("at most 65536", fault, StringComparison.Ordinal);
        Assert.Null(TransactionCodec.TryDecode(new byte[SignedTransaction.BytesMax + 1], out fault));
        Assert.Contains("at most 81920", fault, StringComparison.Ordinal);
        var abort = new ReportAbortBody(new RunId(1), 1, 1, new string('x', 257));
        Assert.Null(TransactionCodec.TryDecode(Samples.Signed(abort).Bytes.Span, out fault));
        Assert.Contains("at most 256", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_bytes_are_refused_with_a_reason_or_stand_for_exactly_themselves() =>
        Gen.Select(Gen.Int[0, Samples.Bodies.Length - 1], Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 4])
            .Sample((sample, edits) =>
            {
                byte[] bytes = TransactionCodec.Encode(Samples.Signed(Samples.Bodies[sample]));
                foreach ((int at, byte value) in edits)
                {
                    bytes[at % bytes.Length] = value;
                }

                StandsForItself(bytes);
            }, iter: 3000);

    [Fact]
    public void Random_bytes_are_refused_with_a_reason_or_stand_for_exactly_themselves() =>
        Gen.Byte.Array[0, 600].Sample(StandsForItself, iter: 3000);

    private static void StandsForItself(byte[] bytes)
    {
        if (TransactionCodec.TryDecode(bytes, out string? fault) is not { } decoded)
        {
            Assert.False(string.IsNullOrEmpty(fault));
            return;
        }

        var rebuilt = new SignedTransaction(decoded.Transaction, decoded.Signature);
        Assert.Equal(bytes, TransactionCodec.Encode(rebuilt));
    }

    private static byte KindByte(TransactionBody body) => Samples.Signed(body).Bytes.Span[44];
}
