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
