using ChainHealth.Primitives;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>A record as it stands in a log file.</summary>
/// <param name="Offset">Of its header.</param>
internal readonly record struct LogEntry(long Offset, byte Type, byte[] Payload);

/// <summary>Reads a log file from its beginning and finds out where it ends.</summary>
internal sealed class LogReader(SafeFileHandle file, string path, long length, Digest seed)
{
    private const int ScanBytes = 1024 * 1024;

    /// <summary>Behind the last good record.</summary>
    public long End { get; private set; }

    public Digest Link { get; private set; } = seed;

    /// <summary>Why the bytes behind <see cref="End"/> are no record; null where there are none.</summary>
    public string? TornTail { get; private set; }

    /// <exception cref="StoreException">A record is damaged and whole ones follow it, or the chain is broken: then
    /// this is no write that a crash cut off.</exception>
    public void ReadAll(long start, Action<LogEntry> take)
    {
        End = start;
        while (End < length && ReadOne(out LogEntry entry))
        {
            take(entry);
            End += LogFrame.HeaderBytes + entry.Payload.Length;
        }

        if (TornTail is { } why && FindRecordAfter(End + 1) is { } next)
        {
            throw new StoreException(
                $"{path}: damaged at offset {End}: {why}, and a whole record follows at offset {next}");
        }
    }

    private bool ReadOne(out LogEntry entry)
    {
        entry = default;
        var header = new byte[LogFrame.HeaderBytes];
        int read = RandomAccess.Read(file, header, End);
        int bytes = LogFrame.PayloadBytes(header.AsSpan(0, read));
        if (bytes < 0 || End + LogFrame.HeaderBytes + bytes > length)
        {
            TornTail = bytes < 0 ? "no record begins here" : "the record is cut off";
            return false;
        }

        byte[] payload = Payload(End, bytes);
        if (!LogFrame.IsIntact(header, payload))
        {
            TornTail = "checksum does not match";
            return false;
        }

        (byte type, Digest link) = LogFrame.TypeAndLink(header);
        if (LogFrame.Link(Link, type, payload) != link)
        {
            throw new StoreException(
                $"{path}: damaged at offset {End}: the record does not follow the one before it");
        }

        Link = link;
        entry = new LogEntry(End, type, payload);
        return true;
    }

    private byte[] Payload(long offset, int bytes)
    {
        var payload = new byte[bytes];
        for (int read = 0; read < bytes;)
        {
            int count = RandomAccess.Read(file, payload.AsSpan(read), offset + LogFrame.HeaderBytes + read);
            if (count == 0)
            {
                throw new StoreException($"{path}: ended while it was read, at offset {offset}");
            }

            read += count;
        }

        return payload;
    }

    /// <summary>Reads on, byte by byte, only where something is wrong.</summary>
    private long? FindRecordAfter(long from)
    {
        var window = new byte[ScanBytes];
        for (long at = from; at < length; at += ScanBytes - LogFrame.HeaderBytes)
        {
            int read = RandomAccess.Read(file, window, at);
            for (int i = 0; i + LogFrame.HeaderBytes <= read; i++)
            {
                ReadOnlySpan<byte> header = window.AsSpan(i, LogFrame.HeaderBytes);
                int bytes = LogFrame.PayloadBytes(header);
                if (bytes >= 0 && at + i + LogFrame.HeaderBytes + bytes <= length
                    && LogFrame.IsIntact(header, Payload(at + i, bytes)))
                {
                    return at + i;
                }
            }
        }

        return null;
    }
}
