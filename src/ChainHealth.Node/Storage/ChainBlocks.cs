using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>All blocks on the disk of a validator. As a rule one store from genesis on. Who got its state from peers
/// has a second one, from the block after that state on, while the blocks before are fetched into the first; at the
/// next start the two become one.</summary>
internal sealed class ChainBlocks : IDisposable
{
    public const string FolderName = "blocks";
    private const string RecentPrefix = "blocks-after-";

    private readonly string _folder;
    private readonly Digest _chain;
    private readonly BlockStore _history;
    private readonly List<BlockStore> _replaced = [];
    private volatile Part? _recent;

    private ChainBlocks(string folder, Digest chain, BlockStore history)
    {
        _folder = folder;
        _chain = chain;
        _history = history;
    }

    /// <summary>A store whose block 1 is the block after <paramref name="Base"/>.</summary>
    private sealed record Part(Height Base, BlockStore Store)
    {
        public Height Top => new(Base.Value + Store.Top.Value);

        public Height? Damaged => Store.Damaged is { } height ? new Height(Base.Value + height.Value) : null;

        public StoredBlock? Read(Height height) =>
            Store.Read(new Height(height.Value - Base.Value)) is { } read ? read with { Height = height } : null;
    }

    public Height Top => _recent?.Top ?? _history.Top;

    /// <summary>The state after this block came from peers; 0 where every block is here.</summary>
    public Height Base => _recent?.Base ?? default;

    /// <summary>First block that is still to be fetched; null where every block is here.</summary>
    public Height? MissingFrom => _recent is { } recent && _history.Top < recent.Base ? _history.Top.Next : null;

    /// <summary>A block that was found damaged when it was read (<see cref="BlockStore.Damaged"/>).</summary>
    public Height? Damaged => _recent?.Damaged ?? _history.Damaged;

    public string? Repair => _history.Repair ?? _recent?.Store.Repair;

    /// <exception cref="BlockDamageException">A segment is damaged, missing or of another chain.</exception>
    public static ChainBlocks Open(string folder, Digest chain, Action<StoredBlock> take)
    {
        BlockStore history = BlockStore.Open(Path.Combine(folder, FolderName), chain, take);
        var blocks = new ChainBlocks(folder, chain, history);
        try
        {
            blocks.OpenRecent(take);
        }
        catch
        {
            blocks.Dispose();
            throw;
        }

        return blocks;
    }

    /// <summary>Of the second store in a data folder, and the block after which it begins; null where there is none.
    /// </summary>
    public static (string Folder, Height Base)? FindRecent(string folder) =>
        Directory.EnumerateDirectories(folder, RecentPrefix + "*")
            .Select(path => (path, new Height(ulong.TryParse(
                Path.GetFileName(path)[RecentPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture,
                out ulong height) ? height : 0)))
            .Where(p => p.Item2.Value > 0)
            .OrderByDescending(p => p.Item2)
            .Select(p => ((string, Height)?)p).FirstOrDefault();

    public void Append(StoredBlock block)
    {
        if (_recent is { } recent)
        {
            recent.Store.Append(block with { Height = new Height(block.Height.Value - recent.Base.Value) });
        }
        else
        {
            _history.Append(block);
        }
    }

    /// <summary>The next block of those that are missing. Not for the thread that appends.</summary>
    public void AppendMissing(StoredBlock block) => _history.Append(block);

    public void FlushMissing() => _history.Flush();

    public void Flush() => (_recent?.Store ?? _history).Flush();

    /// <summary>Null where it is not here. From any thread.</summary>
    /// <exception cref="StoreException">The disk no longer holds what was written.</exception>
    public StoredBlock? Read(Height height) =>
        _recent is { } recent && height > recent.Base ? recent.Read(height) : _history.Read(height);

    /// <summary>The state after this block came from peers: what is appended comes after it.</summary>
    public void BeginAfter(Height height)
    {
        Part? before = _recent;
        string folder = RecentFolder(height);
        Directory.CreateDirectory(folder);
        Disk.SyncFolder(_folder);
        _recent = new Part(height, BlockStore.Open(folder, _chain, _ => { }));
        if (before is not null)
        {
            // Somebody may be reading from it.
            _replaced.Add(before.Store);
            Directory.Delete(RecentFolder(before.Base), recursive: true);
        }
    }

    /// <summary>The state on which the second store stands is lost: it is of no use without.</summary>
    public void DropRecent()
    {
        if (_recent is { } recent)
        {
            _recent = null;
            recent.Store.Dispose();
            Directory.Delete(RecentFolder(recent.Base), recursive: true);
        }
    }

    public void Dispose()
    {
        _history.Dispose();
        _recent?.Store.Dispose();
        _replaced.ForEach(s => s.Dispose());
    }

    private string RecentFolder(Height height) =>
        Path.Combine(_folder, RecentPrefix + height.Value.ToString("D12", CultureInfo.InvariantCulture));

    private void OpenRecent(Action<StoredBlock> take)
    {
        if (FindRecent(_folder) is not { } found)
        {
            return;
        }

        Part recent = OpenPart(found.Folder, found.Base);
        _recent = recent;
        if (_history.Top < found.Base)
        {
            return;
        }

        for (Height height = _history.Top.Next; height <= recent.Top; height = height.Next)
        {
            StoredBlock block = recent.Read(height)!.Value;
            take(block);
            _history.Append(block);
        }

        _history.Flush();
        DropRecent();
    }

    private Part OpenPart(string folder, Height from)
    {
        try
        {
            return new Part(from, BlockStore.Open(folder, _chain, _ => { }));
        }
        catch (BlockDamageException e)
        {
            throw new BlockDamageException(new Height(from.Value + e.First.Value), e.Message);
        }
    }
}
