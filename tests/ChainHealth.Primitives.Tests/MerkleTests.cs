using System.Collections.Immutable;
using CsCheck;

namespace ChainHealth.Primitives.Tests;

public class MerkleTests
{
    private static readonly Gen<Digest[]> Leaves =
        Gen.Int[1, 70].Select(n => Enumerable.Range(0, n).Select(i => Digest.Sha256([(byte)i])).ToArray());

    [Fact]
    public void Every_leaf_is_proved_and_nothing_else_is()
    {
        Gen.Select(Leaves, Gen.Int[0, 1000]).Sample(
            (leaves, pick) =>
            {
                int index = pick % leaves.Length;
                Digest root = MerkleTree.Root(leaves);
                MerkleProof proof = MerkleTree.Prove(leaves, index);
                Assert.True(proof.Verify(root, leaves[index]));
                Assert.False(proof.Verify(root, Digest.Sha256([200])));
                Assert.False((proof with { Index = (index + 1) % (leaves.Length + 1) }).Verify(root, leaves[index])
                    && leaves.Length > 1);
                Assert.False((proof with { Count = proof.Count + 1 }).Verify(root, leaves[index]));
                Assert.False((proof with { Path = proof.Path.Add(root) }).Verify(root, leaves[index]));
            },
            iter: 200);
    }

    [Fact]
    public void The_root_equals_that_of_a_recursive_oracle()
    {
        Leaves.Sample(leaves => Assert.Equal(MerkleTree.Bind(leaves.Length, Oracle(leaves)), MerkleTree.Root(leaves)));
    }

    [Fact]
    public void Doubling_the_last_leaf_changes_the_root()
    {
        Digest[] three = [Digest.Sha256([1]), Digest.Sha256([2]), Digest.Sha256([3])];
        Assert.NotEqual(MerkleTree.Root(three), MerkleTree.Root([.. three, three[2]]));
    }

    [Fact]
    public void An_inner_node_does_not_pass_as_a_leaf()
    {
        Digest[] four = [.. Enumerable.Range(0, 4).Select(i => Digest.Sha256([(byte)i]))];
        Digest left = MerkleTree.HashNode(MerkleTree.HashLeaf(four[0]), MerkleTree.HashLeaf(four[1]));
        MerkleProof proof = MerkleTree.Prove(four, 0);
        Assert.False(new MerkleProof(0, 2, [proof.Path[1]]).Verify(MerkleTree.Root(four), left));
    }

    [Fact]
    public void Proofs_survive_their_encoding()
    {
        Digest[] leaves = [.. Enumerable.Range(0, 9).Select(i => Digest.Sha256([(byte)i]))];
        var writer = new CanonicalWriter();
        MerkleProof.Write(writer, MerkleTree.Prove(leaves, 8));
        var reader = new CanonicalReader(writer.Written);
        MerkleProof read = MerkleProof.Read(ref reader);
        Assert.True(reader.Finish());
        Assert.True(read.Verify(MerkleTree.Root(leaves), leaves[8]));
    }

    /// <summary>Splits at the greatest power of two below n, as RFC 6962 section 2.1 defines it.</summary>
    private static Digest Oracle(ReadOnlySpan<Digest> leaves)
    {
        if (leaves.Length == 1)
        {
            return MerkleTree.HashLeaf(leaves[0]);
        }

        int split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return MerkleTree.HashNode(Oracle(leaves[..split]), Oracle(leaves[split..]));
    }
}
