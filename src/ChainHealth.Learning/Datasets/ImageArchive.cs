using System.IO.Compression;

namespace ChainHealth.Learning;

/// <summary>Unpacks a .zip of images in class-named folders. The archive is hostile: names, counts and sizes are
/// bounded by what really comes out, not by what its directory promises.</summary>
public static class ImageArchive
{
    public const long BytesMax = 1L << 30;
    public const int EntriesMax = ImageFolderReader.ImagesMax + 1000;
    public const long EntryBytesMax = 1L << 24;

    private const int DepthMax = 4;
    private const int NameMax = 120;

    /// <param name="folder">Must not exist; it is removed again where the archive is refused.</param>
    /// <returns>The folder that holds the class folders.</returns>
    /// <exception cref="DatasetException">Names the entry and the limit.</exception>
    public static string Extract(string path, string folder)
    {
        string name = Path.GetFileName(path);
        Directory.CreateDirectory(folder);
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (archive.Entries.Count > EntriesMax)
            {
                throw new DatasetException($"{name}: {archive.Entries.Count} entries, at most {EntriesMax} are read");
            }

            long left = BytesMax;
            foreach (ZipArchiveEntry entry in archive.Entries.Where(IsImage))
            {
                left -= Write(entry, folder, left, name);
            }

            return Root(folder);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException
            or DatasetException or NotSupportedException)
        {
            Directory.Delete(folder, recursive: true);
            throw fault as DatasetException
                ?? new DatasetException($"{name}: not a readable .zip archive (truncated?): {fault.Message}", fault);
        }
    }

    /// <summary>Other files, such as a licence text, and what operating systems add are passed over.</summary>
    private static bool IsImage(ZipArchiveEntry entry) =>
        Path.GetExtension(entry.Name).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG"
        && !entry.FullName.StartsWith("__MACOSX", StringComparison.Ordinal)
        && !entry.Name.StartsWith('.');

    private static long Write(ZipArchiveEntry entry, string folder, long left, string archive)
    {
        string[] parts = entry.FullName.Split('/', '\\');
        if (parts.Length is < 2 or > DepthMax || Array.Exists(parts, p => !IsPlain(p)))
        {
            throw new DatasetException(
                $"{archive}: entry '{Short(entry.FullName)}' must lie in a folder named after its class, at most "
                + $"{DepthMax - 1} deep, with plain names");
        }

        string target = Path.Combine([folder, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using Stream source = entry.Open();
        using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[64 * 1024];
        long written = 0;
        for (int read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            written += read;
            if (written > EntryBytesMax || written > left)
            {
                throw new DatasetException(written > left
                    ? $"{archive}: unpacks to more than {BytesMax} bytes"
                    : $"{archive}: entry '{Short(entry.FullName)}' unpacks to more than {EntryBytesMax} bytes");
            }

            file.Write(buffer, 0, read);
        }

        return written;
    }

    private static bool IsPlain(string part) => part.Length is > 0 and <= NameMax && part[0] != '.'
        && part.All(c => char.IsLetterOrDigit(c) || c is ' ' or '_' or '-' or '.' or '(' or ')' or '+' or ',');

    /// <summary>Many archives hold one folder that holds the classes.</summary>
    private static string Root(string folder)
    {
        string[] inside = Directory.GetDirectories(folder);
        return inside.Length == 1 && Directory.GetDirectories(inside[0]).Length > 1 ? inside[0] : folder;
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
