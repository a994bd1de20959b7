using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What the replica must not forget. One batch is one record of the file and costs one fsync; so a crash
/// leaves a batch whole or not at all.</summary>
internal sealed class WriteAheadLog : IDisposable
{
    public const string FileName = "wal.log";

    private const byte Batch = 1;
    private const int RecordsMax = 1_000_000;

    private readonly string _path;
    private readonly Digest _chain;
    private LogFile _file;

    private WriteAheadLog(string path, Digest chain, LogFile file, ImmutableArray<ByteString> records)
    {
        _path = path;
        _chain = chain;
        _file = file;
        Records = records;
    }

    /// <summary>As they stood on the disk at start.</summary>
    public ImmutableArray<ByteString> Records { get; private set; }

    public string? Repair => _file.Repair;

    public long Bytes => _file.Length;

    public static WriteAheadLog Create(string folder, Digest chain)
    {
        string path = Path.Combine(folder, FileName);
        return new WriteAheadLog(path, chain, LogFile.Create(path, chain, Seed(chain), []), []);
    }

    /// <exception cref="StoreException">The file is missing, damaged or of another chain.</exception>
    public static WriteAheadLog Open(string folder, Digest chain)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new StoreException($"{path}: missing; without it this validator could contradict its earlier votes");
        }

        var records = ImmutableArray.CreateBuilder<ByteString>();
        LogFile file = LogFile.Open(path, chain, Seed(chain), entry => Decode(path, entry, records));
        return new WriteAheadLog(path, chain, file, records.ToImmutable());
    }

    /// <summary>Durable when it returns.</summary>
    public void Append(IReadOnlyCollection<ByteString> records)
    {
        _file.Append(Batch, Encode(records));
        _file.Flush();
    }

    /// <summary>Replaces everything before, atomically.</summary>
    public void Replace(IReadOnlyCollection<ByteString> records)
    {
        LogFile next = LogFile.Create(
            _path, _chain, Seed(_chain), records.Count == 0 ? [] : [(Batch, Encode(records).ToArray())]);
        _file.Dispose();
        _file = next;
    }

    /// <summary>Frees the memory of <see cref="Records"/>.</summary>
    public void Forget() => Records = [];

    public void Dispose() => _file.Dispose();

    internal static Digest Seed(Digest chain) => Digest.Of("write-ahead-log", chain, []);

    private static ReadOnlyMemory<byte> Encode(IReadOnlyCollection<ByteString> records) =>
        new CanonicalWriter(64 + records.Sum(r => r.Length + 4))
            .List(records, (w, r) => w.Bytes(r.Span)).WrittenMemory;

    private static void Decode(string path, LogEntry entry, ImmutableArray<ByteString>.Builder records)
    {
        var reader = new CanonicalReader(entry.Payload);
        ImmutableArray<ByteString> batch = reader.List(
            RecordsMax, (ref CanonicalReader r) => new ByteString(r.Bytes(LogFrame.PayloadBytesMax).ToArray()));
        if (entry.Type != Batch || !reader.Finish())
        {
            throw new StoreException($"{path}: offset {entry.Offset}: not a record of this version: {reader.Fault}");
        }

        records.AddRange(batch);
    }
}
