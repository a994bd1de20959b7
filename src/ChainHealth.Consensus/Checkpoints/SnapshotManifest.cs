using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>A snapshot of the application's state in pieces: what a checkpoint certificate is about. The same state
/// gives the same manifest on every replica.</summary>
/// <param name="Tip">The committed block after which the state stands.</param>
/// <param name="Bytes">Of the whole snapshot.</param>
/// <param name="ChunkBytes">Of each piece but the last.</param>
/// <param name="Chunks">SHA-256 of each piece.</param>
public sealed record SnapshotManifest(ChainTip Tip, int Bytes, int ChunkBytes, ImmutableArray<Digest> Chunks)
{
    public Height Height => Tip.Height;

    public static SnapshotManifest Of(ChainTip tip, ReadOnlySpan<byte> snapshot, int chunkBytes)
    {
        var chunks = ImmutableArray.CreateBuilder<Digest>();
        for (int at = 0; at < snapshot.Length; at += chunkBytes)
        {
            chunks.Add(Digest.Sha256(snapshot.Slice(at, Math.Min(chunkBytes, snapshot.Length - at))));
        }

        return new SnapshotManifest(tip, snapshot.Length, chunkBytes, chunks.ToImmutable());
    }

    /// <summary>What validators sign in the checkpoint phase, in the place of a block hash.</summary>
    public Digest Hash(Digest chain)
    {
        var writer = new CanonicalWriter();
        Write(writer, this);
        return Digest.Of("snapshot", chain, writer.Written);
    }

    /// <summary>Null where the numbers belong together and keep to the limits.</summary>
    public string? Fault() =>
        Height.Value == 0 ? "a snapshot of genesis"
        : Bytes is < 1 or > ConsensusLimits.SnapshotBytesMax ? $"a snapshot of {Bytes} bytes"
        : ChunkBytes is < 1 or > ConsensusLimits.ChunkBytesMax ? $"chunks of {ChunkBytes} bytes"
        : Chunks.Length != (Bytes - 1) / ChunkBytes + 1 ? $"{Chunks.Length} chunks for {Bytes} bytes"
        : null;

    /// <summary>Where the piece stands in the snapshot.</summary>
    public (int Offset, int Bytes) PlaceOf(int index) =>
        (index * ChunkBytes, Math.Min(ChunkBytes, Bytes - (index * ChunkBytes)));

    public bool Equals(SnapshotManifest? other) => other is not null
        && (Tip, Bytes, ChunkBytes) == (other.Tip, other.Bytes, other.ChunkBytes)
        && Chunks.AsSpan().SequenceEqual(other.Chunks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Tip, Bytes, ChunkBytes);

    public static void Write(CanonicalWriter writer, SnapshotManifest manifest) => writer
        .UInt64(manifest.Tip.Height.Value)
        .Digest(manifest.Tip.Hash)
        .Int32(manifest.Bytes)
        .Int32(manifest.ChunkBytes)
        .List(manifest.Chunks, (w, c) => w.Digest(c));

    public static SnapshotManifest Read(ref CanonicalReader reader) => new(
        new ChainTip(new Height(reader.UInt64()), reader.Digest()),
        reader.Int32(),
        reader.Int32(),
        reader.List(ConsensusLimits.ChunksMax, (ref CanonicalReader r) => r.Digest()));
}
