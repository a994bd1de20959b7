using System.Text;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A validator's data folder: who may use it (one process), for which chain, and the stores in it.</summary>
internal sealed class NodeStore : IDisposable
{
    private const string LockName = "lock";

    /// <summary>Lies in the folder that a network was created with, and goes with the first start: an empty folder
    /// without it belonged to a validator that may have voted.</summary>
    public const string FirstStartName = NetworkFolder.FirstStartName;

    public const string GenesisName = "genesis.hash";

    private readonly FileStream _lock;

    private NodeStore(string folder, FileStream @lock, Digest chain, Action<StoredBlock> take)
    {
        _lock = @lock;
        Models = new ModelStore(Path.Combine(folder, "models"));
        Packages = new PackageStore(Path.Combine(folder, "packages"));
        Disk.DeleteTemporaries(folder);
        string genesis = Path.Combine(folder, GenesisName);
        bool isNew = !File.Exists(genesis);
        if (isNew)
        {
            bool isFirst = File.Exists(Path.Combine(folder, FirstStartName));
            Log = WriteAheadLog.Create(folder, chain);
            Votes = VoteMarkFile.Create(folder, chain, isFirst ? default : VoteMark.OfWiped);
            Disk.WriteAtomically(genesis, Encoding.ASCII.GetBytes(chain + "\n"));
            Loss = isFirst ? null : $"{folder}: empty, and without {FirstStartName}: this validator may have voted "
                + "before; it casts no vote until the others have told how far the chain has come, and it is past that";
        }
        else
        {
            CheckChain(genesis, chain);
            VoteMarkFile? votes = VoteMarkFile.TryOpen(folder, chain);
            Log = votes is null || File.Exists(Path.Combine(folder, WriteAheadLog.FileName))
                ? WriteAheadLog.Open(folder, chain)
                : BeginNewLog(folder, chain, votes);

            // A log that is whole says all that the mark says; the caller raises the new mark to it.
            HasNewMark = votes is null;
            Votes = votes ?? VoteMarkFile.Create(folder, chain, default);
        }

        File.Delete(Path.Combine(folder, FirstStartName));
        try
        {
            Snapshots = new SnapshotStore(Path.Combine(folder, SnapshotStore.FolderName), chain);
            Blocks = ChainBlocks.Open(folder, chain, take);
        }
        catch
        {
            Log.Dispose();
            Votes.Dispose();
            throw;
        }
    }

    public WriteAheadLog Log { get; }

    public VoteMarkFile Votes { get; }

    /// <summary>The mark was missing or damaged, and knows nothing of the votes in the log.</summary>
    public bool HasNewMark { get; }

    /// <summary>The log was missing; null where it was not.</summary>
    public string? Loss { get; private set; }

    public ChainBlocks Blocks { get; }

    public SnapshotStore Snapshots { get; }

    public ModelStore Models { get; }

    public PackageStore Packages { get; }

    /// <param name="take">Gets every stored block in order.</param>
    /// <exception cref="StoreException">In use, of another chain, damaged, or not writable.</exception>
    public static NodeStore Open(string folder, Digest chain, Action<StoredBlock> take)
    {
        FileStream? @lock = null;
        try
        {
            Directory.CreateDirectory(folder);
            @lock = Lock(folder);
            return new NodeStore(folder, @lock, chain, take);
        }
        catch (Exception e)
        {
            @lock?.Dispose();
            throw e is IOException or UnauthorizedAccessException
                ? new StoreException($"{folder}: cannot be used: {e.Message}", e) : e;
        }
    }

    public void Dispose()
    {
        Blocks.Dispose();
        Log.Dispose();
        Votes.Dispose();
        _lock.Dispose();
    }

    /// <summary>The validator is silent where it may have voted, from now on and over restarts, until the chain has
    /// passed that height.</summary>
    public void LoseVotes() => Votes.Write(Votes.Value.AfterLossOfLog());

    private WriteAheadLog BeginNewLog(string folder, Digest chain, VoteMarkFile votes)
    {
        votes.Write(votes.Value.AfterLossOfLog());
        Loss = $"{folder}: {WriteAheadLog.FileName} is missing: this validator casts no vote until height "
            + $"{votes.Value.SilentUpTo} is final";
        return WriteAheadLog.Create(folder, chain);
    }

    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreException($"{folder}: is in use by another process", e);
        }
    }

    private static void CheckChain(string path, Digest chain)
    {
        string text = File.ReadAllText(path).Trim();
        if (!Digest.TryParse(text, out Digest found))
        {
            throw new StoreException($"{path}: damaged: not a hash");
        }

        if (found != chain)
        {
            throw new StoreException($"{path}: wrong genesis: this folder belongs to chain {found.Short}, the network's"
                + $" genesis is {chain.Short}");
        }
    }
}
