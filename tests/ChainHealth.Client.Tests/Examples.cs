using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>Values of the right shape, for codecs.</summary>
internal static class Examples
{
    public static Digest Digest(int seed) => Primitives.Digest.Sha256([(byte)seed]);

    public static ChainProof Proof() => new(
        new BlockHeader(
            Digest(1), new Epoch(0), new Height(9), Digest(2), new Instant(1234), Digest(3), Digest(4),
            new ReplicaId(1)),
        new QuorumCertificate(
            new Epoch(0), new Height(9), new View(0), VotePhase.Commit, Digest(5), 7,
            [.. Enumerable.Range(0, 3).Select(i => new Signature(Digest(i), Digest(i + 10)))]),
        new ModelClaim(new FinalModel(new RunId(1), 2, Digest(6), Digest(7), 4), new StateProof(
            new MerkleProof(0, 2, [Digest(8)]), Digest(9),
            new MerkleProof(3, 8, [Digest(10), Digest(11), Digest(12)]))));
}
