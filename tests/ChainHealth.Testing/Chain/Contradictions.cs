using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>Lies of test validators, really signed.</summary>
public static class Contradictions
{
    /// <summary>A validator votes for two blocks of one height.</summary>
    public static VoteContradiction OfVotes(
        TestNetwork network, int validator = 1, ulong height = 7, VotePhase phase = VotePhase.Commit, byte seed = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        SignedVote Vote(byte content)
        {
            Digest block = Digest.Sha256([seed, content]);
            var subject = new VoteSubject(network.Chain, new Epoch(0), new Height(height), new View(2), phase, block);
            return new SignedVote(block, network.Key(network.ValidatorIds[validator]).Sign(subject.Hash()));
        }

        return VoteContradiction.Of(
            new Epoch(0), new Height(height), new View(2), phase, new ReplicaId((byte)validator), Vote(1), Vote(2));
    }

    /// <summary>A validator's view change with a good commit certificate and a prepare certificate of two
    /// signers.</summary>
    public static FalseCertificate OfCertificate(TestNetwork network, int validator = 1, ulong view = 9)
    {
        ArgumentNullException.ThrowIfNull(network);
        var header = new BlockHeader(
            network.Chain, new Epoch(0), new Height(4), default, default, default, default, default);
        QuorumCertificate good = network.Certify(header);
        QuorumCertificate bad = network.Certify(header, signers: [0, 1]) with { Phase = VotePhase.Prepare };
        var writer = new CanonicalWriter();
        QuorumCertificate.Write(writer.UInt64(view).Byte((byte)validator).Bool(true), good);
        writer.List([bad], QuorumCertificate.Write);
        var lie = new FalseCertificate(new Epoch(0), new ByteString(writer.ToArray()), 1, default);
        return lie with { Signature = network.Key(network.ValidatorIds[validator]).Sign(lie.Hash(network.Chain)) };
    }

    /// <summary>A committee member signs two verdicts of one attempt.</summary>
    public static JobContradiction OfVerdicts(TestNetwork network, int validator = 1, int attempt = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        SignedTransaction Vote(UInt128 bits) => network.Sign(
            network.ValidatorIds[validator], 4, new CastVerdictBody(
                new RunId(1), 2, new VerdictVote(attempt, bits, Digest.Zero, default)));

        return JobContradiction.Of(Vote(7), Vote(5));
    }

    /// <summary>A committee member signs two models of one attempt.</summary>
    public static JobContradiction OfModels(TestNetwork network, int validator = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        SignedTransaction Vote(byte model) => network.Sign(
            network.ValidatorIds[validator], 5, new CastModelBody(
                new RunId(1), 2, new ModelVote(1, Digest.Sha256([model]), default)));

        return JobContradiction.Of(Vote(1), Vote(2));
    }
}
