using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ChainHealth.Learning;

/// <summary>libLibTorchSharp.so is built with GCC 13 and asks for GLIBCXX_3.4.32 because of one symbol,
/// std::ios_base_library_init(). Hosts with an older libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9) refuse to load it.
/// There std::ios_base::Init::Init() does the same job, so the import is renamed to it and asked for as GLIBCXX_3.4.
/// </summary>
[SupportedOSPlatform("linux")]
public static class LibTorchSharpPatch
{
    private const string Library = "libLibTorchSharp.so";
    private static readonly string[] Places = [".", "runtimes/linux-x64/native"];

    /// <summary>Patches the library below <paramref name="folder"/> where this host's libstdc++ needs it.</summary>
    /// <exception cref="TorchRuntimeException">It is needed and the folder cannot be written.</exception>
    public static void Apply(string folder)
    {
        if (RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64
            || HostIsNewEnough())
        {
            return;
        }

        foreach (string place in Places)
        {
            string path = Path.GetFullPath(Path.Combine(folder, place, Library));
            if (File.Exists(path))
            {
                ApplyTo(path);
            }
        }
    }

    /// <returns>True where the file was changed; false where it needs nothing.</returns>
    public static bool ApplyTo(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        if (!ElfImportPatch.TryRename(content))
        {
            return false;
        }

        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));

            // The build copies a file again when time or size differ: with the old time it leaves the patch alone.
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TorchRuntimeException(
                $"{path} must be adapted to this system's older libstdc++ and cannot be written: {fault.Message}. "
                + "Start the program once as a user who may write that folder.", fault);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    private static bool HostIsNewEnough()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out nint handle))
        {
            return false;
        }

        return NativeLibrary.TryGetExport(handle, ElfImportPatch.NewSymbol, out _);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A leftover temporary file does no harm; the fault worth telling is already on its way.
        }
    }
}
