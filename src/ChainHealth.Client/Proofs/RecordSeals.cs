using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>A record's place under an anchored data set. It stays with the data's owner: the salt lets whoever has both
/// recognise the record.</summary>
public sealed record RecordSeal(Digest Salt, MerkleProof Path);

/// <summary>The Merkle root over the salted hashes of a data set's records, as AnchorDataset puts it on chain. Leaf i
/// is <c>Digest("record", salt, bytes)</c>; without its salt (32 random bytes each) not even a guessed record can be
/// found in the root. Costs two hashes a record.</summary>
public sealed class RecordSeals
{
    private readonly ImmutableArray<Digest> _salts;
    private readonly Digest[] _leaves;

    private RecordSeals(ImmutableArray<Digest> salts, Digest[] leaves)
    {
        _salts = salts;
        _leaves = leaves;
        Root = MerkleTree.Root(leaves);
    }

    public Digest Root { get; }

    public int Records => _leaves.Length;

    /// <param name="records">Each record as bytes, in an order that its owner keeps.</param>
    /// <param name="salts">One for each record, from a secure source of randomness, never used twice.</param>
    /// <exception cref="ArgumentException">Not one salt for each record, or no records.</exception>
    public static RecordSeals Of(IReadOnlyList<ReadOnlyMemory<byte>> records, ImmutableArray<Digest> salts)
    {
        if (records.Count == 0 || records.Count != salts.Length || records.Count > MerkleTree.LeavesMax)
        {
            throw new ArgumentException(
                $"{records.Count} records and {salts.Length} salts; 1 to {MerkleTree.LeavesMax} of both, equally many");
        }

        return new RecordSeals(salts, [.. records.Select((r, i) => LeafOf(r.Span, salts[i]))]);
    }

    public RecordSeal SealOf(int index) => new(_salts[index], MerkleTree.Prove(_leaves, index));

    /// <summary>Null where the record is the one that was anchored at this place; else why not.</summary>
    /// <param name="anchor">As the chain holds it.</param>
    public static string? Fault(Ledger.DatasetAnchor anchor, ReadOnlySpan<byte> record, RecordSeal seal) =>
        seal.Path.Count != anchor.Records
            ? $"the seal is of a data set of {seal.Path.Count} records, the anchor of one of {anchor.Records}"
        : !seal.Path.Verify(anchor.Root, LeafOf(record, seal.Salt))
            ? $"the record is not the one that was anchored as number {seal.Path.Index + 1} of '{anchor.Name}'"
        : null;

    private static Digest LeafOf(ReadOnlySpan<byte> record, Digest salt)
    {
        var writer = new CanonicalWriter(record.Length + Digest.Bytes + 4);
        writer.Digest(salt).Bytes(record);
        return Digest.Of("record", default, writer.Written);
    }
}
