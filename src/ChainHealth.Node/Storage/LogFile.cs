using ChainHealth.Primitives;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>An append-only file of linked records (<see cref="LogFrame"/>) behind a head of 8 bytes of magic and the
/// chain id. What is appended is durable after <see cref="Flush"/>. One writer; any number may read what was appended.
/// </summary>
internal sealed class LogFile : IDisposable
{
    public const int HeadBytes = 8 + Digest.Bytes;

    private static readonly byte[] Magic = "CHLOG\0\0\u0001"u8.ToArray();

    private readonly SafeFileHandle _file;
    private readonly string _path;

    private LogFile(SafeFileHandle file, string path, long length, Digest link)
    {
        _file = file;
        _path = path;
        Length = length;
        Link = link;
    }

    public long Length { get; private set; }

    /// <summary>Of the last record: the seed of a file that goes on from here.</summary>
    public Digest Link { get; private set; }

    /// <summary>What was cut off when the file was opened; null where nothing was.</summary>
    public string? Repair { get; private init; }

    /// <summary>A new file with these records, published under its name when all of them are durable.</summary>
    public static LogFile Create(
        string path, Digest chain, Digest seed, IEnumerable<(byte Type, byte[] Payload)> records)
    {
        string temporary = path + ".tmp";
        SafeFileHandle handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            RandomAccess.Write(handle, (byte[])[.. Magic, .. chain.ToArray()], 0);
            var file = new LogFile(handle, path, HeadBytes, seed);
            foreach ((byte type, byte[] payload) in records)
            {
                file.Append(type, payload);
            }

            file.Flush();
            Disk.Publish(temporary, path);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads all records, cuts off what a crash left unfinished at the end.</summary>
    /// <param name="isLast">False: records follow in another file, so that even a torn tail is damage.</param>
    /// <exception cref="StoreException">The file is damaged or of another chain.</exception>
    public static LogFile Open(string path, Digest chain, Digest seed, Action<LogEntry> take, bool isLast = true)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            CheckHead(handle, path, chain);
            long length = RandomAccess.GetLength(handle);
            var reader = new LogReader(handle, path, length, seed);
            reader.ReadAll(HeadBytes, take);
            string? repair = null;
            if (reader.TornTail is { } why)
            {
                repair = $"{path}: {length - reader.End} bytes after offset {reader.End} were cut off: {why}";
                if (!isLast)
                {
                    throw new StoreException(
                        $"{path}: damaged at offset {reader.End}: {why}, but it is not the last file");
                }

                RandomAccess.SetLength(handle, reader.End);
                Disk.Flush(handle);
            }

            return new LogFile(handle, path, reader.End, reader.Link) { Repair = repair };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Offset of the record.</summary>
    public long Append(byte type, ReadOnlyMemory<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, LogFrame.PayloadBytesMax);
        Digest link = LogFrame.Link(Link, type, payload.Span);
        byte[] header = LogFrame.Header(type, payload.Span, link);
        long offset = Length;
        Disk.Pass(PersistPoint.BeforeAppend);
        try
        {
            RandomAccess.Write(_file, (ReadOnlyMemory<byte>[])[header, payload], offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // How the runtime words EFBIG: a limit of the system on the size of a file.
            throw new IOException($"{_path}: may not grow beyond {offset} bytes", e);
        }

        Disk.Pass(PersistPoint.AfterAppend);
        Length += header.Length + payload.Length;
        Link = link;
        return offset;
    }

    public void Flush() => Disk.Flush(_file);

    /// <summary>The payload of a record, checked.</summary>
    /// <exception cref="StoreException">It is no longer what was written.</exception>
    public byte[] Read(long offset, int payloadBytes)
    {
        var record = new byte[LogFrame.HeaderBytes + payloadBytes];
        int read = RandomAccess.Read(_file, record, offset);
        ReadOnlySpan<byte> header = record.AsSpan(0, LogFrame.HeaderBytes);
        Span<byte> payload = record.AsSpan(LogFrame.HeaderBytes);
        return read == record.Length && LogFrame.PayloadBytes(header) == payloadBytes
            && LogFrame.IsIntact(header, payload)
            ? payload.ToArray()
            : throw new StoreException($"{_path}: damaged at offset {offset}: checksum does not match");
    }

    public void Dispose() => _file.Dispose();

    internal static void CheckHead(SafeFileHandle handle, string path, Digest chain)
    {
        var head = new byte[HeadBytes];
        if (RandomAccess.Read(handle, head, 0) < HeadBytes || !head.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new StoreException($"{path}: damaged at offset 0: not a log of this program");
        }

        Digest found = Digest.Read(head.AsSpan(Magic.Length));
        if (found != chain)
        {
            throw new StoreException($"{path}: belongs to chain {found.Short}, not to {chain.Short}");
        }
    }
}
