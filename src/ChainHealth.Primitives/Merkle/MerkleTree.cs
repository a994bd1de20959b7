using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ChainHealth.Primitives;

/// <summary>Binary Merkle tree over digests in the manner of RFC 6962: leaves and nodes are hashed under different
/// prefixes, no leaf is ever doubled, and the root also binds the number of leaves.</summary>
public static class MerkleTree
{
    public const int LeavesMax = 1 << 24;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const byte RootPrefix = 2;

    /// <summary>Root over the leaves in their order; O(n) hashes.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves.Length, LeavesMax);
        if (leaves.IsEmpty)
        {
            return Bind(0, Digest.Zero);
        }

        Digest[] level = HashLeaves(leaves);
        int width = level.Length;
        while (width > 1)
        {
            width = Raise(level, width);
        }

        return Bind(leaves.Length, level[0]);
    }

    /// <summary>The siblings from a leaf up to the root.</summary>
    public static MerkleProof Prove(ReadOnlySpan<Digest> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Length);
        var path = ImmutableArray.CreateBuilder<Digest>();
        Digest[] level = HashLeaves(leaves);
        int width = level.Length;
        for (int at = index; width > 1; at /= 2)
        {
            int sibling = at ^ 1;
            if (sibling < width)
            {
                path.Add(level[sibling]);
            }

            width = Raise(level, width);
        }

        return new MerkleProof(index, leaves.Length, path.ToImmutable());
    }

    internal static Digest HashLeaf(Digest leaf)
    {
        Span<byte> input = stackalloc byte[1 + Digest.Bytes];
        input[0] = LeafPrefix;
        leaf.CopyTo(input[1..]);
        return Digest.Sha256(input);
    }

    internal static Digest HashNode(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Bytes)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Digest.Bytes)..]);
        return Digest.Sha256(input);
    }

    internal static Digest Bind(int count, Digest top)
    {
        Span<byte> input = stackalloc byte[1 + 4 + Digest.Bytes];
        input[0] = RootPrefix;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(input[1..], count);
        top.CopyTo(input[5..]);
        return Digest.Sha256(input);
    }

    private static Digest[] HashLeaves(ReadOnlySpan<Digest> leaves)
    {
        var level = new Digest[leaves.Length];
        for (int i = 0; i < level.Length; i++)
        {
            level[i] = HashLeaf(leaves[i]);
        }

        return level;
    }

    /// <summary>Hashes pairs in place; a last node without a sibling rises as it is. Returns the new width.</summary>
    private static int Raise(Digest[] level, int width)
    {
        for (int i = 0; i < width / 2; i++)
        {
            level[i] = HashNode(level[2 * i], level[(2 * i) + 1]);
        }

        if (width % 2 == 1)
        {
            level[width / 2] = level[width - 1];
        }

        return (width + 1) / 2;
    }
}

/// <summary>Shows that a leaf stands at an index among a count of leaves under a root.</summary>
public sealed record MerkleProof(int Index, int Count, ImmutableArray<Digest> Path)
{
    public const int PathMax = 24;

    /// <summary>True only for the very index and count: the shape of the path is derived from them, not from its
    /// length.
    /// </summary>
    public bool Verify(Digest root, Digest leaf)
    {
        if (Index < 0 || Index >= Count || Count > MerkleTree.LeavesMax)
        {
            return false;
        }

        Digest node = MerkleTree.HashLeaf(leaf);
        int used = 0;
        for (int at = Index, width = Count; width > 1; at /= 2, width = (width + 1) / 2)
        {
            if ((at ^ 1) >= width)
            {
                continue;
            }

            if (used == Path.Length)
            {
                return false;
            }

            Digest sibling = Path[used++];
            node = at % 2 == 0 ? MerkleTree.HashNode(node, sibling) : MerkleTree.HashNode(sibling, node);
        }

        return used == Path.Length && MerkleTree.Bind(Count, node) == root;
    }

    public static void Write(CanonicalWriter writer, MerkleProof proof) =>
        writer.Int32(proof.Index).Int32(proof.Count).List(proof.Path, (w, d) => w.Digest(d));

    public static MerkleProof Read(ref CanonicalReader reader) =>
        new(reader.Int32(), reader.Int32(), reader.List(PathMax, (ref CanonicalReader r) => r.Digest()));
}
