using System.Globalization;
using ChainHealth.Primitives;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>Puts damaged blocks, and all behind them, aside, so that they are fetched again from other validators and
/// verified as any other. The write-ahead log goes with them: it begins above the blocks that are left, so that nobody
/// knows any more what was voted for below it. A validator without its log casts no vote until the chain has passed all
/// that it may have voted for (rules W2, W3 of PROTOCOL.md).</summary>
internal static class Quarantine
{
    public const string FolderName = "quarantine";

    /// <summary>Older ones are deleted: what is wrong with a disk shows in the newest.</summary>
    private const int KeptMax = 3;

    /// <summary>The log goes first: a crash on the way leaves a store that knows that it lost it.</summary>
    /// <returns>What was done, for people.</returns>
    /// <exception cref="StoreException">No vote mark is left that says how far the votes went.</exception>
    public static string Run(string folder, Digest chain, BlockDamageException damage)
    {
        if (VoteMarkFile.FaultOf(Path.Combine(folder, VoteMarkFile.FileName), chain) is { } fault)
        {
            throw new StoreException($"{damage.Message}; {fault}: without its votes it cannot go on with fewer blocks");
        }

        string aside = NewFolder(Path.Combine(folder, FolderName));
        Move(Path.Combine(folder, WriteAheadLog.FileName), aside);
        if (ChainBlocks.FindRecent(folder) is { } recent && damage.First > recent.Base)
        {
            Directory.Move(recent.Folder, Path.Combine(aside, Path.GetFileName(recent.Folder)));
            Disk.SyncFolder(aside);
            Disk.SyncFolder(folder);
            return Done(recent.Base.Next);
        }

        string blocks = Path.Combine(folder, ChainBlocks.FolderName);
        List<byte[]> good = TakeSegments(blocks, aside, chain, damage.First);
        using var store = BlockStore.Open(blocks, chain, _ => { });
        foreach (byte[] record in good)
        {
            store.Append(new StoredBlock(store.Top.Next, record));
        }

        store.Flush();
        return Done(store.Top.Next);

        string Done(Height first) =>
            $"{damage.Message}: blocks from {first} on were put aside in {aside} and are fetched again";
    }

    /// <summary>Moves the segment that holds the height, and those after it.</summary>
    /// <returns>The good records at its beginning.</returns>
    private static List<byte[]> TakeSegments(string blocks, string aside, Digest chain, Height first)
    {
        Digest link = BlockStore.FirstLink(chain);
        ulong left = first.Value - 1;
        for (int segment = 0; ; segment++)
        {
            string path = Path.Combine(blocks, BlockStore.SegmentName(segment));
            List<byte[]> good = ReadGood(path, chain, ref link, left);
            left -= (ulong)good.Count;
            if (left > 0 && File.Exists(Path.Combine(blocks, BlockStore.SegmentName(segment + 1))))
            {
                continue;
            }

            foreach (string file in Directory.EnumerateFiles(blocks, "*.log")
                .Where(f => string.CompareOrdinal(f, path) >= 0).Order(StringComparer.Ordinal).Reverse())
            {
                Move(file, aside);
            }

            Disk.SyncFolder(blocks);
            return good;
        }
    }

    private static List<byte[]> ReadGood(string path, Digest chain, ref Digest link, ulong max)
    {
        List<byte[]> good = [];
        if (!File.Exists(path))
        {
            return good;
        }

        using SafeFileHandle file = File.OpenHandle(path);
        var reader = new LogReader(file, path, RandomAccess.GetLength(file), link);
        try
        {
            LogFile.CheckHead(file, path, chain);
            reader.ReadAll(LogFile.HeadBytes, entry => good.Add(entry.Payload));
        }
        catch (StoreException)
        {
            // Up to there it is good.
        }

        link = reader.Link;
        good.RemoveRange((int)Math.Min(max, (ulong)good.Count), good.Count - (int)Math.Min(max, (ulong)good.Count));
        return good;
    }

    private static string NewFolder(string all)
    {
        Directory.CreateDirectory(all);
        string[] known = [.. Directory.EnumerateDirectories(all).Order(StringComparer.Ordinal)];
        int last = known.Length == 0 ? 0
            : int.Parse(Path.GetFileName(known[^1]), NumberStyles.None, CultureInfo.InvariantCulture);
        foreach (string old in known.SkipLast(KeptMax - 1))
        {
            Directory.Delete(old, recursive: true);
        }

        return Directory.CreateDirectory(
            Path.Combine(all, (last + 1).ToString("D6", CultureInfo.InvariantCulture))).FullName;
    }

    private static void Move(string file, string aside)
    {
        if (File.Exists(file))
        {
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
            Disk.SyncFolder(aside);
            Disk.SyncFolder(Path.GetDirectoryName(file)!);
        }
    }
}
