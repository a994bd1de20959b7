namespace ChainHealth.Client;

/// <summary>Files of a member folder: secrets are made with mode 0600 from the first byte on; reads are
/// bounded.</summary>
internal static class SecretFile
{
    public const int BytesMax = 64 * 1024;

    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="NetworkFolderException">Missing, unreadable, empty or too large.</exception>
    public static byte[] Read(string path, int bytesMax = BytesMax)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length is 0 || file.Length > bytesMax)
            {
                throw new NetworkFolderException($"{path}: {file.Length} bytes; 1 to {bytesMax} expected");
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NetworkFolderException($"{path}: missing", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkFolderException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
