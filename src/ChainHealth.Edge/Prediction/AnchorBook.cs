using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>The institution's data set as hashes: leaves salted by a key that never leaves this server, so that nobody
/// can guess a record into them, and their Merkle root for the chain.</summary>
internal sealed class AnchorBook(string folder)
{
    private const int KeyBytes = 32;

    /// <summary>Hash of each record, its label included, in order of the data set.</summary>
    public Digest[] Leaves(Records records) =>
        [.. Enumerable.Range(0, records.Count).Select(i => LeafOf(records[i], records.Labels[i]))];

    public Digest LeafOf(ReadOnlySpan<float> values, int label) => Hash(values, label);

    /// <summary>Of the values alone: finds the record whose label was changed.</summary>
    public Digest ValuesOf(ReadOnlySpan<float> values) => Hash(values, -1);

    /// <summary>Keeps what is to be anchored, under its root: the chain has the root alone.</summary>
    public void Keep(Digest root, Records records)
    {
        Directory.CreateDirectory(folder);
        using var writer = new MemoryStream();
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        for (int i = 0; i < records.Count; i++)
        {
            LeafOf(records[i], records.Labels[i]).CopyTo(bytes);
            writer.Write(bytes);
            ValuesOf(records[i]).CopyTo(bytes);
            writer.Write(bytes);
        }

        string temporary = PathOf(root) + ".new";
        File.WriteAllBytes(temporary, writer.ToArray());
        File.Move(temporary, PathOf(root), overwrite: true);
    }

    /// <summary>What was kept, where the chain has its root; null where nothing was anchored from here.</summary>
    /// <exception cref="InvalidDataException">What was kept is not what the chain holds.</exception>
    public AnchoredRecords? Open(string dataset, LedgerState state, MemberId self)
    {
        DatasetAnchor? anchor = state.Anchors.TryGetValue(self, out ImmutableArray<Anchor> own)
            ? own.OfType<DatasetAnchor>().LastOrDefault(a => a.Name == dataset) : null;
        if (anchor is null || !File.Exists(PathOf(anchor.Root)))
        {
            return null;
        }

        byte[] kept = File.ReadAllBytes(PathOf(anchor.Root));
        var leaves = new Digest[kept.Length / (2 * Digest.Bytes)];
        var values = new Digest[leaves.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Digest.Read(kept.AsSpan(2 * i * Digest.Bytes, Digest.Bytes));
            values[i] = Digest.Read(kept.AsSpan(((2 * i) + 1) * Digest.Bytes, Digest.Bytes));
        }

        return leaves.Length > 0 && MerkleTree.Root(leaves) == anchor.Root
            ? new AnchoredRecords(anchor, leaves, values)
            : throw new InvalidDataException(
                $"the hashes kept here are not those that the chain anchored at height {anchor.Height}");
    }

    private string PathOf(Digest root) => Path.Combine(folder, $"{root}.leaves");

    private Digest Hash(ReadOnlySpan<float> values, int label)
    {
        var input = new byte[sizeof(int) + (values.Length * sizeof(float))];
        BitConverter.TryWriteBytes(input, label);
        MemoryMarshal.AsBytes(values).CopyTo(input.AsSpan(sizeof(int)));
        return Digest.Read(HMACSHA256.HashData(Key(), input));
    }

    private byte[] Key()
    {
        string path = Path.Combine(folder, "salt.key");
        if (_key is null)
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(path))
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, options);
                file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            }

            byte[] read = File.ReadAllBytes(path);
            _key = read.Length == KeyBytes ? read : throw new InvalidDataException($"{path}: damaged");
        }

        return _key;
    }

    private byte[]? _key;
}

/// <summary>Anchored hashes with the anchor that the chain holds.</summary>
internal sealed class AnchoredRecords(DatasetAnchor anchor, Digest[] leaves, Digest[] values)
{
    private readonly Dictionary<Digest, int> _byLeaf = First(leaves);
    private readonly Dictionary<Digest, int> _byValues = First(values);

    public DatasetAnchor Anchor => anchor;

    /// <param name="number">Which record it claims to be; -1 = it does not say.</param>
    /// <param name="label">-1 where it came without: then only its values are compared.</param>
    /// <returns>Whether it is the anchored one, and its place; null where it is unknown and claims nothing.</returns>
    public (bool Same, int Place)? Find(Digest leaf, Digest valuesOnly, int number, int label)
    {
        if (number >= 0)
        {
            bool same = number < leaves.Length
                && (label < 0 ? values[number] == valuesOnly : leaves[number] == leaf && Proven(number));
            return (same, number);
        }

        if (label >= 0 && _byLeaf.TryGetValue(leaf, out int place) && Proven(place))
        {
            return (true, place);
        }

        return _byValues.TryGetValue(valuesOnly, out place) ? (label < 0, place) : null;
    }

    /// <summary>The inclusion proof against the root that the chain holds.</summary>
    private bool Proven(int place) => MerkleTree.Prove(leaves, place).Verify(anchor.Root, leaves[place]);

    private static Dictionary<Digest, int> First(Digest[] digests)
    {
        var places = new Dictionary<Digest, int>();
        for (int i = 0; i < digests.Length; i++)
        {
            places.TryAdd(digests[i], i);
        }

        return places;
    }
}
