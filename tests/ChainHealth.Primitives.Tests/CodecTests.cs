using System.Collections.Immutable;
using CsCheck;

namespace ChainHealth.Primitives.Tests;

public class CodecTests
{
    [Fact]
    public void Values_have_the_golden_bytes_of_the_wire_format()
    {
        byte[] bytes = new CanonicalWriter().Byte(7).Bool(true).UInt16(0x0102).UInt32(0x01020304).UInt64(1).Int64(-2)
            .Text("é").Bytes([9, 8]).List([1, 2], (w, i) => w.Int32(i)).ToArray();
        Assert.Equal(
            "0701" + "0201" + "04030201" + "0100000000000000" + "feffffffffffffff" + "02000000c3a9"
            + "020000000908" + "020000000100000002000000",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Digests_are_separated_by_tag_and_chain()
    {
        Digest chain = Digest.Sha256([1]);
        Digest[] all =
        [
            Digest.Of("a", chain, [1]), Digest.Of("b", chain, [1]), Digest.Of("a", Digest.Zero, [1]),
            Digest.Of("a", chain, [2]), Digest.Of("ab", chain, [1]),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        var content = new byte[] { 1, (byte)'a' };
        Assert.Equal(Digest.Sha256([.. content, .. chain.ToArray(), 1]), all[0]);
    }

    [Fact]
    public void A_digest_survives_text_and_bytes()
    {
        Gen.Byte.Array[32].Sample(bytes =>
        {
            Digest digest = Digest.Read(bytes);
            Assert.Equal(bytes, digest.ToArray());
            Assert.Equal(Convert.ToHexStringLower(bytes), digest.ToString());
            Assert.True(Digest.TryParse(digest.ToString(), out Digest parsed));
            Assert.Equal(digest, parsed);
        });
        Assert.False(Digest.TryParse("xyz", out _));
        Assert.False(Digest.TryParse(new string('g', 64), out _));
    }

    [Fact]
    public void A_reader_fails_for_good_at_the_first_fault()
    {
        var reader = new CanonicalReader([2, 0, 0, 0]);
        Assert.False(reader.Bool());
        Assert.Equal("2 is no truth value", reader.Fault);
        Assert.Equal(0u, reader.UInt32());
        Assert.False(reader.Finish());
    }

    [Fact]
    public void Bytes_left_over_are_a_fault()
    {
        var reader = new CanonicalReader([1, 2]);
        reader.Byte();
        Assert.False(reader.Finish());
        Assert.Equal("1 bytes left over", reader.Fault);
    }

    [Fact]
    public void Lengths_and_counts_are_refused_before_anything_is_allocated()
    {
        var bytes = new CanonicalReader([255, 255, 255, 255]);
        Assert.True(bytes.Bytes(16).IsEmpty);
        Assert.Contains("at most 16", bytes.Fault, StringComparison.Ordinal);
        var list = new CanonicalReader([255, 255, 255, 127]);
        Assert.Empty(list.List(3, (ref CanonicalReader r) => r.Byte()));
        Assert.Contains("at most 3", list.Fault, StringComparison.Ordinal);
        var text = new CanonicalReader([1, 0, 0, 0, 0xff]);
        text.Text(4);
        Assert.Equal("text is not UTF-8", text.Fault);
    }

    [Fact]
    public void Hostile_bytes_never_throw()
    {
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                var member = new CanonicalReader(bytes);
                Member.Read(ref member);
                var certificate = new CanonicalReader(bytes);
                QuorumCertificate.Read(ref certificate);
                var architecture = new CanonicalReader(bytes);
                ArchitectureCodec.Read(ref architecture);
                var proof = new CanonicalReader(bytes);
                MerkleProof.Read(ref proof);
                GlobalModel.TryDecode(bytes, Small(), out string? fault);
                Assert.NotNull(fault);
            },
            iter: 2000);
    }

    [Fact]
    public void Every_architecture_survives_its_encoding_and_damage_is_noticed()
    {
        foreach (string name in Architectures.Names)
        {
            TensorShape input = name == "conv1d" ? new TensorShape(1, 1, 30) : new TensorShape(3, 28, 28);
            Architecture architecture = Architectures.TryCreate(name, input, 5, out _)!;
            var reader = new CanonicalReader(architecture.Encode());
            Architecture? read = ArchitectureCodec.Read(ref reader);
            Assert.True(reader.Finish());
            Assert.Equal(architecture.Hash, read!.Hash);
            Assert.Equal(architecture.ParameterCount, read.ParameterCount);
        }
    }

    [Fact]
    public void A_model_survives_its_encoding_and_another_architecture_refuses_it()
    {
        Architecture small = Small();
        GlobalModel model = GlobalModel.Initial(small, FixedPoint.Default, 5);
        byte[] bytes = model.Encode();
        GlobalModel read = GlobalModel.TryDecode(bytes, small, out _)!;
        Assert.Equal(model.Hash, read.Hash);
        Assert.Equal(model.Weights.AsEnumerable(), read.Weights);
        Architecture other = Architectures.TryCreate("mlp", new TensorShape(1, 1, 5), 2, out _)!;
        Assert.Null(GlobalModel.TryDecode(bytes, other, out string? fault));
        Assert.Contains("model is of architecture", fault, StringComparison.Ordinal);
        Assert.Null(GlobalModel.TryDecode(bytes.AsSpan(0, bytes.Length - 1), small, out fault));
        Assert.NotNull(fault);
    }

    private static Architecture Small() => Architectures.TryCreate("mlp", new TensorShape(1, 1, 4), 2, out _)!;
}
