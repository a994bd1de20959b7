using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>Writes that survive a power cut: content first, then the name, then the folder that holds the
/// name.</summary>
internal static class Disk
{
    private static readonly AsyncLocal<IDiskFaults?> Injected = new();

    private const string TemporarySuffix = ".tmp";
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>The file has either its old content or all of the new one, whatever happens.</summary>
    public static void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + TemporarySuffix;
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            file.Write(content);
            Flush(file.SafeFileHandle);
        }

        Publish(temporary, path);
    }

    /// <summary>Gives a finished file its name.</summary>
    public static void Publish(string temporary, string path)
    {
        Pass(PersistPoint.BeforeRename);
        File.Move(temporary, path, overwrite: true);
        Pass(PersistPoint.BeforeFolderSync);
        SyncFolder(Path.GetDirectoryName(path)!);
        Pass(PersistPoint.AfterFolderSync);
    }

    /// <summary>Everything written to the file is durable when it returns. All files of a node go through here.
    /// </summary>
    /// <exception cref="IOException">The system could not; what is on the disk is not known then.</exception>
    public static void Flush(SafeFileHandle file)
    {
        Pass(PersistPoint.BeforeFlush);
        RandomAccess.FlushToDisk(file);
        Pass(PersistPoint.AfterFlush);
    }

    /// <summary>A place where a crash leaves the disk as it is.</summary>
    public static void Pass(PersistPoint point) => Injected.Value?.Pass(point);

    /// <summary>For tests: what is started from this flow of control on meets these faults.</summary>
    public static void Inject(IDiskFaults? faults) => Injected.Value = faults;

    /// <summary>What an interrupted write left behind.</summary>
    public static void DeleteTemporaries(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            File.Delete(file);
        }
    }

    /// <summary>Makes creations, renames and deletions in a folder durable. Windows does so by itself.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: cannot be opened to be synchronised");
        }

        int result = Sync(descriptor);
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{folder}: cannot be synchronised");
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
