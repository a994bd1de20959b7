namespace ChainHealth.Cli;

/// <summary>Folder of one network on this machine. A temporary one disappears when it is disposed; one that the user
/// named stays, unless setting it up failed.</summary>
public sealed class WorkFolder : IDisposable
{
    private bool keep;

    private WorkFolder(string path, bool keep) => (Path, this.keep) = (path, keep);

    public string Path { get; }

    public bool Kept => keep;

    /// <exception cref="UserError">The folder holds something already.</exception>
    public static WorkFolder Create(string? path, bool keep)
    {
        if (path is null)
        {
            return new WorkFolder(Directory.CreateTempSubdirectory("chainhealth-").FullName, keep);
        }

        RequireEmpty(path, "--work");
        return new WorkFolder(Directory.CreateDirectory(path).FullName, true);
    }

    /// <exception cref="UserError">The folder holds something already.</exception>
    public static void RequireEmpty(string path, string option)
    {
        if (File.Exists(path))
        {
            throw new UserError($"{path} is a file", $"give a folder that does not exist yet: {option} DIR");
        }

        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any())
        {
            return;
        }

        throw File.Exists(System.IO.Path.Combine(path, "genesis.bin"))
            ? new UserError(
                $"{path} holds the network of an earlier run", $"delete it, or give a new folder: {option} DIR")
            : new UserError($"{path} is not empty", $"give an empty or a new folder: {option} DIR");
    }

    /// <summary>Setting up failed: what was begun is deleted even where the user named the folder.</summary>
    public void Discard() => keep = false;

    public void Dispose()
    {
        if (!keep && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
