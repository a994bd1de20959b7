using System.Collections.Immutable;
using System.Globalization;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Canonical bytes of a snapshot, and the commit certificate of its block.</summary>
internal sealed record StoredSnapshot(ReadOnlyMemory<byte> Content, QuorumCertificate Commit);

/// <summary>Snapshots of the state, each in a file that appears whole or not at all, and beside it the checkpoint
/// certificate once there is one. A file: magic, u32 length of the snapshot, its bytes, the commit certificate,
/// SHA-256 over chain and all of it.</summary>
internal sealed class SnapshotStore
{
    /// <summary>The newest one may be damaged, and peers fetch the last one that is certified.</summary>
    public const int KeptMax = 3;

    public const string FolderName = "snapshots";
    public const string Extension = ".snapshot";
    public const string CertificateExtension = ".checkpoint";
    private const int LengthBytes = sizeof(uint);
    private static readonly byte[] Magic = "CHSNAP\0\u0001"u8.ToArray();

    private readonly string _folder;
    private readonly Digest _chain;
    private ImmutableArray<SnapshotManifest> _served = [];

    public SnapshotStore(string folder, Digest chain)
    {
        Directory.CreateDirectory(folder);
        Disk.DeleteTemporaries(folder);
        (_folder, _chain) = (folder, chain);
    }

    /// <summary>Newest first; what is in the files is not looked at.</summary>
    public IReadOnlyList<Height> Heights =>
    [
        .. Directory.EnumerateFiles(_folder, "*" + Extension)
            .Select(f => ulong.TryParse(
                Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out ulong h)
                ? h : 0)
            .Where(h => h > 0).OrderDescending().Select(h => new Height(h)),
    ];

    public string PathOf(Height height) => Path.Combine(_folder, Name(height) + Extension);

    /// <summary>Durable when it returns; all but the newest few are deleted.</summary>
    public void Write(Height height, StoredSnapshot snapshot)
    {
        var writer = new CanonicalWriter(Magic.Length + snapshot.Content.Length + 1024);
        QuorumCertificate.Write(writer.Fixed(Magic).Bytes(snapshot.Content.Span), snapshot.Commit);
        Disk.WriteAtomically(PathOf(height), Seal(writer));
        foreach (Height old in Heights.Skip(KeptMax))
        {
            File.Delete(CertificateOf(old));
            File.Delete(PathOf(old));
        }
    }

    /// <summary>Keeps the certificate; from now on pieces of this snapshot are served.</summary>
    public void Certify(SnapshotOffer stable)
    {
        var writer = new CanonicalWriter(1024);
        QuorumCertificate.Write(writer.Fixed(Magic), stable.Checkpoint);
        Disk.WriteAtomically(CertificateOf(stable.Height), Seal(writer));
        Serve(stable.Manifest);
    }

    /// <summary>Null, with the file and what is wrong with it, where it is not as it was written.</summary>
    public StoredSnapshot? TryRead(Height height, out string? fault) => TryRead(PathOf(height), _chain, out fault);

    /// <summary>As above, for an audit, which changes nothing.</summary>
    public static StoredSnapshot? TryRead(string path, Digest chain, out string? fault)
    {
        byte[] bytes = File.ReadAllBytes(path);
        fault = SealFault(bytes, chain);
        if (fault is null)
        {
            var reader = new CanonicalReader(bytes.AsSpan(Magic.Length, bytes.Length - Magic.Length - Digest.Bytes));
            int length = reader.Bytes(ConsensusLimits.SnapshotBytesMax).Length;
            QuorumCertificate commit = QuorumCertificate.Read(ref reader);
            if (reader.Finish())
            {
                return new StoredSnapshot(bytes.AsMemory(Magic.Length + LengthBytes, length), commit);
            }

            fault = reader.Fault;
        }

        fault = $"{path}: damaged: {fault}";
        return null;
    }

    /// <summary>For an audit: null where the certificate beside a snapshot is as it was written.</summary>
    public static string? CertificateFaultOf(string path, Digest chain) =>
        SealFault(File.ReadAllBytes(path), chain) is { } fault ? $"{path}: damaged: {fault}" : null;

    /// <summary>The snapshot with its certificates, to be offered to peers; null where it has none, or something is
    /// damaged. Pieces of it are served from now on.</summary>
    public SnapshotOffer? TryServe(Height height, ChainTip tip, StoredSnapshot snapshot, ValidatorSet validators)
    {
        string path = CertificateOf(height);
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (SealFault(bytes, _chain) is not null)
        {
            return null;
        }

        var reader = new CanonicalReader(bytes.AsSpan(Magic.Length, bytes.Length - Magic.Length - Digest.Bytes));
        QuorumCertificate checkpoint = QuorumCertificate.Read(ref reader);
        var manifest = SnapshotManifest.Of(tip, snapshot.Content.Span, ConsensusLimits.ChunkBytesMax);
        if (!reader.Finish() || checkpoint.Height != height || checkpoint.Phase != VotePhase.Checkpoint
            || checkpoint.Block != manifest.Hash(_chain) || checkpoint.Fault(_chain, validators) is not null)
        {
            return null;
        }

        Serve(manifest);
        return new SnapshotOffer(manifest, checkpoint, snapshot.Commit);
    }

    /// <summary>A piece of a certified snapshot, from any thread; null where there is none, or the disk no longer
    /// holds what was signed.</summary>
    public ByteString? ReadChunk(Height height, int index)
    {
        if (_served.FirstOrDefault(m => m.Height == height) is not { } manifest || index < 0
            || index >= manifest.Chunks.Length || !File.Exists(PathOf(height)))
        {
            return null;
        }

        (int offset, int bytes) = manifest.PlaceOf(index);
        var chunk = new byte[bytes];
        using var file = File.OpenHandle(PathOf(height));
        int read = RandomAccess.Read(file, chunk, Magic.Length + LengthBytes + offset);
        return read == bytes && Digest.Sha256(chunk) == manifest.Chunks[index] ? new ByteString(chunk) : null;
    }

    /// <summary>The newest few, so that a transfer that has begun can end.</summary>
    private void Serve(SnapshotManifest manifest) => _served =
        [.. _served.Where(m => m.Height != manifest.Height).Append(manifest).OrderBy(m => m.Height).TakeLast(KeptMax)];

    private static string Name(Height height) => height.Value.ToString("D12", CultureInfo.InvariantCulture);

    private string CertificateOf(Height height) => Path.Combine(_folder, Name(height) + CertificateExtension);

    private ReadOnlySpan<byte> Seal(CanonicalWriter writer) =>
        writer.Digest(Digest.Of("snapshot-file", _chain, writer.Written)).Written;

    private static string? SealFault(ReadOnlySpan<byte> bytes, Digest chain)
    {
        int body = bytes.Length - Digest.Bytes;
        return body < Magic.Length || !bytes.StartsWith(Magic) ? "not a file of this version"
            : Digest.Of("snapshot-file", chain, bytes[..body]) != Digest.Read(bytes[body..])
                ? "checksum does not match" : null;
    }
}
