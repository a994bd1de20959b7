using System.Collections.Immutable;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A snapshot on the disk of a simulated process.</summary>
public sealed record SimSnapshot(byte[] Content, SnapshotManifest Manifest, QuorumCertificate Commit)
{
    /// <summary>Null until 2f+1 replicas have the same.</summary>
    public SnapshotOffer? Certified { get; init; }
}

/// <summary>What survives a crash of a simulated process.</summary>
public sealed class SimDisk
{
    private const int ChunkBytes = 100;
    private const int SnapshotsMax = 3;

    private readonly SortedDictionary<Height, SimSnapshot> _snapshots = [];

    /// <summary>The block store, from the block after <see cref="Base"/> on.</summary>
    public List<CertifiedProposal> Blocks { get; } = [];

    /// <summary>The state after this block came from peers.</summary>
    public Height Base { get; private set; }

    public List<ByteString> Log { get; } = [];

    public VoteMark Mark { get; set; }

    public Height Top => new(Base.Value + (ulong)Blocks.Count);

    public SimSnapshot? Newest => _snapshots.Values.LastOrDefault();

    public SnapshotOffer? Certified => _snapshots.Values.LastOrDefault(s => s.Certified is not null)?.Certified;

    public QuorumCertificate? TipCertificate => Blocks.LastOrDefault()?.Certificate
        ?? (Base.Value > 0 ? _snapshots[Base].Commit : null);

    public SimSnapshot Keep(SimApplication application)
    {
        CertifiedProposal tip = Blocks[^1];
        byte[] content = SimApplication.Snapshot(application, tip.Proposal);
        var snapshot = new SimSnapshot(
            content, SnapshotManifest.Of(tip.Proposal.Tip, content, ChunkBytes), tip.Certificate);
        Put(snapshot);
        return snapshot;
    }

    public void Certify(SnapshotOffer stable)
    {
        if (_snapshots.TryGetValue(stable.Height, out SimSnapshot? kept))
        {
            _snapshots[stable.Height] = kept with { Certified = stable };
        }
    }

    public void BeginAfter(SnapshotOffer offer, ByteString content)
    {
        Put(new SimSnapshot(content.Span.ToArray(), offer.Manifest, offer.Commit) { Certified = offer });
        Blocks.Clear();
        Base = offer.Height;
    }

    public IEnumerable<CertifiedProposal> From(Height height) =>
        height > Base ? Blocks.Skip((int)(height.Value - Base.Value) - 1) : [];

    public ByteString? Chunk(Height height, int index)
    {
        if (!_snapshots.TryGetValue(height, out SimSnapshot? snapshot) || index >= snapshot.Manifest.Chunks.Length)
        {
            return null;
        }

        (int offset, int bytes) = snapshot.Manifest.PlaceOf(index);
        return new ByteString(snapshot.Content.AsSpan(offset, bytes).ToArray());
    }

    public void Wipe()
    {
        Blocks.Clear();
        Log.Clear();
        _snapshots.Clear();
        Base = default;
        Mark = VoteMark.OfWiped;
    }

    private void Put(SimSnapshot snapshot)
    {
        _snapshots[snapshot.Manifest.Height] = snapshot;
        foreach (Height old in _snapshots.Keys.Where(h => h != Base).SkipLast(SnapshotsMax).ToArray())
        {
            _snapshots.Remove(old);
        }
    }
}
