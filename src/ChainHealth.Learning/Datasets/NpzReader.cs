using System.Collections.Immutable;
using System.IO.Compression;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Reads MedMNIST-style archives: {train,val,test}_images (N x H x W or N x H x W x 3) and
/// {train,val,test}_labels (N x 1 or N), all uint8. Pixels become p / 127.5 - 1, channel first.</summary>
public static class NpzReader
{
    public const long FileBytesMax = 1L << 30;
    public const long MemberBytesMax = 1L << 29;
    public const int MembersMax = 64;
    public const int RecordsMax = 1_000_000;

    /// <param name="classNames">What the labels mean; empty: "class 0", "class 1", ... up to the largest label.</param>
    /// <exception cref="DatasetException">Names the file, the member and what is wrong with it.</exception>
    public static Dataset Read(string path, string name, ImmutableArray<string> classNames)
    {
        DatasetFile.CheckReadable(path, FileBytesMax);
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (archive.Entries.Count > MembersMax)
            {
                throw new DatasetException($"{path}: {archive.Entries.Count} members, at most {MembersMax} are read");
            }

            (NpyMember Images, NpyMember Labels)[] splits =
                [.. new[] { "train", "val", "test" }.Select(s => ReadSplit(archive, path, s))];
            return Build(path, name, classNames, splits);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: not a readable .npz archive (truncated?): {fault.Message}", fault);
        }
    }

    private static (NpyMember Images, NpyMember Labels) ReadSplit(ZipArchive archive, string path, string split)
    {
        NpyMember images = ReadMember(archive, path, $"{split}_images");
        NpyMember labels = ReadMember(archive, path, $"{split}_labels");
        string shape = string.Join(", ", images.Shape);
        if (images.Shape.Length is not (3 or 4) || (images.Shape.Length == 4 && images.Shape[3] is not (1 or 3)))
        {
            throw new DatasetException(
                $"{path}: {split}_images has shape ({shape}), expected (N, height, width) or (N, height, width, 3)");
        }

        if (images.Shape[0] is 0 or > RecordsMax || images.Shape[1] is 0 or > 1024 || images.Shape[2] is 0 or > 1024)
        {
            throw new DatasetException(
                $"{path}: {split}_images has shape ({shape}), "
                + $"limits are 1..{RecordsMax} records of 1..1024 pixels a side");
        }

        if (labels.Shape.Length is not (1 or 2) || labels.Content.Length != images.Shape[0])
        {
            throw new DatasetException($"{path}: {split}_labels has shape ({string.Join(", ", labels.Shape)}), "
                + $"expected one label for each of the {images.Shape[0]} images");
        }

        return (images, labels);
    }

    private static NpyMember ReadMember(ZipArchive archive, string path, string member)
    {
        ZipArchiveEntry entry = archive.GetEntry(member + ".npy")
            ?? throw new DatasetException($"{path}: member {member}.npy is missing");
        using Stream stream = entry.Open();
        return NpyMember.Read(stream, $"{path}: {member}.npy", MemberBytesMax);
    }

    private static Dataset Build(
        string path, string name, ImmutableArray<string> classNames, (NpyMember Images, NpyMember Labels)[] splits)
    {
        int[] shape = splits[0].Images.Shape;
        if (splits.Any(s => !s.Images.Shape.AsSpan(1).SequenceEqual(shape.AsSpan(1))))
        {
            throw new DatasetException($"{path}: the splits hold images of different shapes");
        }

        int labels = splits.Max(s => s.Labels.Content.Max()) + 1;
        ImmutableArray<string> names = ClassNames.OrNumbered(classNames, labels, path);
        var record = new TensorShape(shape.Length == 4 ? shape[3] : 1, shape[1], shape[2]);
        Records[] records = [.. splits.Select(s => new Records(record, names.Length, Normalise(s.Images, record),
            [.. s.Labels.Content.Select(l => (int)l)]))];
        ClassNames.CheckNoneEmpty(records[0], names, $"{path}: train_labels");
        return new Dataset(name, new DatasetSchema(record, names, []), records[0], records[1], records[2]);
    }

    // From (N, height, width, channel) bytes to (N, channel, height, width) in -1..1.
    internal static float[] Normalise(NpyMember images, TensorShape shape)
    {
        int plane = shape.Height * shape.Width;
        var values = new float[images.Content.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int record = i / shape.Elements;
            int within = i % shape.Elements;
            int target = (record * shape.Elements) + (within % shape.Channels * plane) + (within / shape.Channels);
            values[target] = InputScale.OfPixel(images.Content[i]);
        }

        return values;
    }
}
