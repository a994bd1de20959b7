using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A validator's data folder: who may use it (one process), for which chain, and the stores in it.</summary>
internal sealed class NodeStore : IDisposable
{
    private const string LockName = "lock";
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
            Log = WriteAheadLog.Create(folder, chain);
            Disk.WriteAtomically(genesis, Encoding.ASCII.GetBytes(chain + "\n"));
        }
        else
        {
            CheckChain(genesis, chain);
            Log = WriteAheadLog.Open(folder, chain);
        }

        try
        {
            Blocks = BlockStore.Open(Path.Combine(folder, "blocks"), chain, take);
        }
        catch
        {
            Log.Dispose();
            throw;
        }
    }

    public WriteAheadLog Log { get; }

    public BlockStore Blocks { get; }

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
        _lock.Dispose();
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
