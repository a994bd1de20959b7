using System.Security.Cryptography;

namespace ChainHealth.Learning;

internal static class DatasetFile
{
    public static void CheckReadable(string path, long bytesMax)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DatasetException($"{path}: no such file");
        }

        if (file.Length > bytesMax)
        {
            throw new DatasetException($"{path}: {file.Length} bytes, at most {bytesMax} are read");
        }
    }

    /// <summary>What <paramref name="read"/> makes of a text file.</summary>
    /// <exception cref="DatasetException">Names the file: missing, too large, or not to be read.</exception>
    public static T ReadText<T>(string path, long bytesMax, Func<StreamReader, T> read)
    {
        CheckReadable(path, bytesMax);
        try
        {
            using StreamReader reader = File.OpenText(path);
            return read(reader);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>"md5:..." or "sha256:...", lower case, of the file's content, by the algorithm that the expected text
    /// names.</summary>
    public static string Checksum(string path, string like)
    {
        using FileStream stream = File.OpenRead(path);
        return like.StartsWith("md5:", StringComparison.Ordinal)
            ? "md5:" + Convert.ToHexStringLower(MD5.HashData(stream))
            : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
