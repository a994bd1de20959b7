using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>One piece of a file with records: a table (.csv), a MedMNIST-style archive (.npz), or a .zip with a folder
/// of images for each class. Pieces come in order.</summary>
/// <param name="Upload">Drawn by the sender; the same for every piece of a file.</param>
/// <param name="FileName">Its ending says what it is; the rest becomes the data set's name.</param>
public sealed record UploadChunk(ulong Upload, string FileName, long Total, long Offset, ReadOnlyMemory<byte> Bytes)
{
    public static EdgeCodec<UploadChunk> Codec { get; } = new(
        (w, c) => w.UInt64(c.Upload).Name(c.FileName).Int64(c.Total).Int64(c.Offset).Bytes(c.Bytes.Span),
        Read);

    private static UploadChunk Read(ref CanonicalReader r)
    {
        var chunk = new UploadChunk(
            r.UInt64(), r.Text(EdgeLimits.NameBytesMax), r.Int64(), r.Int64(),
            r.Bytes(EdgeLimits.ChunkBytes).ToArray());
        if (chunk.Total is < 1 or > EdgeLimits.UploadBytesMax)
        {
            r.Fail($"file of {chunk.Total} bytes; 1 to {EdgeLimits.UploadBytesMax} allowed");
        }
        else if (chunk.Bytes.IsEmpty || chunk.Offset < 0 || chunk.Offset > chunk.Total - chunk.Bytes.Length)
        {
            r.Fail($"{chunk.Bytes.Length} bytes at {chunk.Offset} of {chunk.Total}");
        }

        return chunk;
    }
}

/// <param name="Received">Bytes of the file that are on disk.</param>
/// <param name="Dataset">Name under which it can be used; empty until the file is whole and its records were
/// read.</param>
/// <param name="Summary">What was read, for a person.</param>
public sealed record UploadProgress(long Received, string Dataset, string Summary)
{
    public static EdgeCodec<UploadProgress> Codec { get; } = new(
        (w, p) => w.Int64(p.Received).Name(p.Dataset).Line(p.Summary),
        (ref CanonicalReader r) =>
            new UploadProgress(r.Int64(), r.Text(EdgeLimits.NameBytesMax), r.Text(EdgeLimits.TextBytesMax)));
}
