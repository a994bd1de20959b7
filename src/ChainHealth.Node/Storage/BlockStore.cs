using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Certified blocks in segments of about 64 MiB. A block is its canonical bytes behind their length, then its
/// certificate. Appending does not wait for the disk: until <see cref="Flush"/> the write-ahead log still holds what
/// is needed to get the block again.</summary>
internal sealed class BlockStore : IDisposable
{
    internal const byte BlockRecord = 2;
    private const int SegmentBytesMax = 64 * 1024 * 1024;

    private readonly string _folder;
    private readonly Digest _chain;
    private readonly int _segmentBytesMax;
    private readonly List<LogFile> _segments = [];
    private readonly List<Place> _places = [];
    private readonly Lock _gate = new();

    private BlockStore(string folder, Digest chain, int segmentBytesMax)
    {
        _folder = folder;
        _chain = chain;
        _segmentBytesMax = segmentBytesMax;
    }

    private readonly record struct Place(int Segment, int Bytes, long Offset);

    public Height Top
    {
        get
        {
            lock (_gate)
            {
                return new Height((ulong)_places.Count);
            }
        }
    }

    /// <summary>A block that was found damaged when it was read; null for none. It is given to nobody, and is fetched
    /// again at the next start.</summary>
    public Height? Damaged { get; private set; }

    /// <summary>What was cut off at the end when it was opened; null where nothing was.</summary>
    public string? Repair { get; private set; }

    /// <summary>Opens or creates; hands out each block in order, so that its caller can check that they are a chain.
    /// </summary>
    /// <exception cref="BlockDamageException">A segment is damaged, missing or of another chain.</exception>
    public static BlockStore Open(
        string folder, Digest chain, Action<StoredBlock> take, int segmentBytesMax = SegmentBytesMax)
    {
        Directory.CreateDirectory(folder);
        Disk.DeleteTemporaries(folder);
        var store = new BlockStore(folder, chain, segmentBytesMax);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal)];
        try
        {
            for (int i = 0; i < files.Length; i++)
            {
                if (files[i] != store.SegmentPath(i))
                {
                    throw new BlockDamageException(store.Top.Next, $"{store.SegmentPath(i)}: missing");
                }

                store.OpenSegment(files[i], take, isLast: i == files.Length - 1);
            }
        }
        catch
        {
            store.Dispose();
            throw;
        }

        return store;
    }

    public void Append(StoredBlock block)
    {
        if (block.Height != Top.Next)
        {
            throw new InvalidOperationException($"block {block.Height} appended to a store that ends at {Top}");
        }

        if (_segments.Count == 0 || _segments[^1].Length > _segmentBytesMax)
        {
            Flush();
            _segments.Add(LogFile.Create(SegmentPath(_segments.Count), _chain, Link(), []));
        }

        long offset = _segments[^1].Append(BlockRecord, block.Record);
        lock (_gate)
        {
            _places.Add(new Place(_segments.Count - 1, block.Record.Length, offset));
        }
    }

    public void Flush()
    {
        if (_segments.Count > 0)
        {
            _segments[^1].Flush();
        }
    }

    /// <summary>Null above the top. From any thread.</summary>
    /// <exception cref="StoreException">The disk no longer holds what was written.</exception>
    public StoredBlock? Read(Height height)
    {
        Place place;
        LogFile file;
        lock (_gate)
        {
            if (height.Value == 0 || height.Value > (ulong)_places.Count)
            {
                return null;
            }

            place = _places[(int)height.Value - 1];
            file = _segments[place.Segment];
        }

        try
        {
            return new StoredBlock(height, file.Read(place.Offset, place.Bytes));
        }
        catch (StoreException)
        {
            Damaged = height;
            throw;
        }
    }

    public void Dispose()
    {
        foreach (LogFile segment in _segments)
        {
            segment.Dispose();
        }
    }

    internal static Digest FirstLink(Digest chain) => Digest.Of("block-store", chain, []);

    private Digest Link() => _segments.Count == 0 ? FirstLink(_chain) : _segments[^1].Link;

    internal static string SegmentName(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"blocks-{index + 1:D6}.log");

    private string SegmentPath(int index) => Path.Combine(_folder, SegmentName(index));

    private void OpenSegment(string path, Action<StoredBlock> take, bool isLast)
    {
        int segment = _segments.Count;
        try
        {
            LogFile file = LogFile.Open(path, _chain, Link(), Take, isLast);
            Repair = file.Repair;
            _segments.Add(file);
        }
        catch (StoreException e) when (e is not BlockDamageException)
        {
            throw new BlockDamageException(Top.Next, e.Message);
        }

        void Take(LogEntry entry)
        {
            var block = new StoredBlock(new Height((ulong)_places.Count + 1), entry.Payload);
            if (entry.Type != BlockRecord || !block.IsWellFormed)
            {
                throw new StoreException($"{path}: offset {entry.Offset}: not a block of this version");
            }

            take(block);
            _places.Add(new Place(segment, entry.Payload.Length, entry.Offset));
        }
    }
}
