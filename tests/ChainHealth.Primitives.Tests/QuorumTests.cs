using System.Collections.Immutable;

namespace ChainHealth.Primitives.Tests;

public class QuorumTests
{
    private static readonly SigningKey[] Keys =
        [.. Enumerable.Range(1, 7).Select(i => SigningKey.TryCreate(Digest.Sha256([(byte)i]).ToArray())!)];

    private static readonly Digest Chain = Digest.Sha256([99]);

    /// <summary>The dumb oracle: the smallest q for which two sets of q always share f+1 members, f the greatest number
    /// with n - f honest ones still reaching q.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(13)]
    public void Two_quorums_share_an_honest_member_and_the_honest_alone_reach_one(int n)
    {
        Quorum quorum = Quorum.Of(n);
        int overlap = (2 * quorum.Size) - n;
        Assert.True(overlap > quorum.Faulty);
        Assert.True(n - quorum.Faulty >= quorum.Size);
        Assert.True((2 * (quorum.Size - 1)) - n <= quorum.Faulty);
        Assert.Equal(quorum.Faulty + 1, quorum.OneHonest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(103)]
    public void Other_counts_are_refused(int n)
    {
        Assert.False(Quorum.IsValid(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.Of(n));
    }

    [Fact]
    public void A_certificate_needs_a_quorum_of_distinct_true_signatures()
    {
        var validators = new ValidatorSet(new Epoch(0), [.. Keys.Take(4).Select(k => k.PublicKey)]);
        Assert.Null(Certificate(0, 1, 3).Fault(Chain, validators));
        Assert.Contains("2 signatures, 3 needed", Certificate(0, 1).Fault(Chain, validators), StringComparison.Ordinal);
        QuorumCertificate good = Certificate(0, 1, 3);
        ImmutableArray<Signature> signatures = good.Signatures;
        QuorumCertificate doubled = good with { Signatures = [signatures[0], signatures[0], signatures[2]] };
        Assert.Contains("validator 1", doubled.Fault(Chain, validators), StringComparison.Ordinal);
        QuorumCertificate padded = good with { Signers = 3 };
        Assert.Contains("does not match", padded.Fault(Chain, validators), StringComparison.Ordinal);
        Assert.Contains("does not match", Certificate(0, 1, 5).Fault(Chain, validators), StringComparison.Ordinal);
        Assert.NotNull((good with { View = new View(9) }).Fault(Chain, validators));
        Assert.NotNull((good with { Block = Chain }).Fault(Chain, validators));
        Assert.NotNull((good with { Phase = VotePhase.Prepare }).Fault(Chain, validators));
        Assert.NotNull(good.Fault(Digest.Sha256([98]), validators));
        QuorumCertificate older = good with { Epoch = new Epoch(1) };
        Assert.Contains("epoch", older.Fault(Chain, validators), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_survives_its_encoding()
    {
        QuorumCertificate certificate = Certificate(0, 2, 3);
        var writer = new CanonicalWriter();
        QuorumCertificate.Write(writer, certificate);
        var reader = new CanonicalReader(writer.Written);
        Assert.Equal(certificate, QuorumCertificate.Read(ref reader));
        Assert.True(reader.Finish());
    }

    [Fact]
    public void The_primary_changes_with_the_view()
    {
        var validators = new ValidatorSet(new Epoch(0), [.. Keys.Select(k => k.PublicKey)]);
        Assert.Equal(new ReplicaId(2), validators.PrimaryOf(new View(9)));
    }

    private static QuorumCertificate Certificate(params int[] signers)
    {
        var subject = new VoteSubject(Chain, new Epoch(0), new Height(5), new View(1), VotePhase.Commit, Digest.Zero);
        UInt128 bits = signers.Aggregate(UInt128.Zero, (b, s) => b | (UInt128.One << s));
        return new QuorumCertificate(
            subject.Epoch, subject.Height, subject.View, subject.Phase, subject.Block, bits,
            [.. signers.Select(s => Keys[s].Sign(subject.Hash()))]);
    }
}
