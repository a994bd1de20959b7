using System.Collections.Immutable;
using System.IO.Compression;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Reads images that somebody wants judged: one, an archive of arrays, or an archive of files.</summary>
internal static class SubmittedImages
{
    /// <summary>Folder of images that come without a label.</summary>
    public const string Unlabelled = "unlabelled";

    private const long ArrayBytesMax = 1L << 26;

    public static SubmittedRecords ReadOne(string path, string name, DatasetSchema schema)
    {
        try
        {
            ImageFolderReader.CheckImage(path);
            return Make(ImagePixels.Load([path], schema.Shape), [-1], [name], schema);
        }
        catch (DatasetException e)
        {
            throw new DatasetException(e.Message.Replace(path, name, StringComparison.Ordinal), e);
        }
    }

    /// <summary>"images" or {test,val,train}_images with the labels of the same name, where there are any.</summary>
    public static SubmittedRecords ReadArrays(string path, string name, DatasetSchema schema, int recordsMax)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            string? prefix = new[] { "", "test_", "val_", "train_" }.FirstOrDefault(
                p => archive.GetEntry(p + "images.npy") is not null);
            if (prefix is null || archive.Entries.Count > NpzReader.MembersMax)
            {
                throw new DatasetException($"{name}: has no member images.npy or test_images.npy");
            }

            NpyMember images = Member(archive, prefix + "images", name)!;
            TensorShape s = schema.Shape;
            int[] expected = s.Channels == 1 ? [s.Height, s.Width] : [s.Height, s.Width, s.Channels];
            if (images.Shape.Length < 2 || !images.Shape.AsSpan(1).SequenceEqual(expected))
            {
                throw new DatasetException($"{name}: {prefix}images has shape ({string.Join(", ", images.Shape)}), "
                    + $"expected (N, {string.Join(", ", expected)})");
            }

            int count = images.Shape[0];
            if (count is 0 || count > recordsMax)
            {
                throw new DatasetException($"{name}: {count} records; 1 to {recordsMax} are possible");
            }

            int[] labels = Labels(Member(archive, prefix + "labels", name), count, name, schema);
            return Make(NpzReader.Normalise(images, s), labels,
                [.. Enumerable.Range(0, count).Select(i => $"image {i}")], schema);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new DatasetException($"{name}: not a readable .npz archive (truncated?)", e);
        }
    }

    public static SubmittedRecords ReadArchive(string path, string name, DatasetSchema schema, int recordsMax)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"chainhealth-{Guid.NewGuid():n}");
        try
        {
            string root = ImageArchive.Extract(path, folder);
            (string File, int Label)[] files = [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
                .SelectMany(d => Directory.EnumerateFiles(d).Order(StringComparer.Ordinal)
                    .Select(f => (f, LabelOf(Path.GetFileName(d), name, schema))))];
            if (files.Length is 0 || files.Length > recordsMax)
            {
                throw new DatasetException($"{name}: {files.Length} images; 1 to {recordsMax} are possible");
            }

            Array.ForEach(files, f => ImageFolderReader.CheckImage(f.File));
            return Make(
                ImagePixels.Load([.. files.Select(f => f.File)], schema.Shape), [.. files.Select(f => f.Label)],
                [.. files.Select(f => Path.GetFileName(f.File))], schema);
        }
        catch (DatasetException e)
        {
            string text = e.Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(Path.GetFileName(path), name, StringComparison.Ordinal);
            throw new DatasetException(text, e);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static NpyMember? Member(ZipArchive archive, string member, string name)
    {
        if (archive.GetEntry(member + ".npy") is not { } entry)
        {
            return null;
        }

        using Stream stream = entry.Open();
        return NpyMember.Read(stream, $"{name}: {member}.npy", ArrayBytesMax);
    }

    private static int[] Labels(NpyMember? member, int count, string name, DatasetSchema schema)
    {
        if (member is null)
        {
            return [.. Enumerable.Repeat(-1, count)];
        }

        int wrong = Array.FindIndex(member.Content, l => l >= schema.Classes);
        return member.Content.Length != count
            ? throw new DatasetException($"{name}: {member.Content.Length} labels for {count} images")
            : wrong >= 0
                ? throw new DatasetException(
                    $"{name}: label {member.Content[wrong]} of image {wrong} is not below {schema.Classes}")
                : [.. member.Content.Select(l => (int)l)];
    }

    private static int LabelOf(string folder, string name, DatasetSchema schema)
    {
        int label = schema.ClassNames.IndexOf(folder, 0, schema.Classes, StringComparer.OrdinalIgnoreCase);
        return label >= 0 ? label
            : folder.Equals(Unlabelled, StringComparison.OrdinalIgnoreCase) ? -1
            : throw new DatasetException($"{name}: folder '{folder}' is none of the classes "
                + $"{string.Join(", ", schema.ClassNames)} (images without a label: folder '{Unlabelled}')");
    }

    private static SubmittedRecords Make(
        float[] values, int[] labels, ImmutableArray<string> names, DatasetSchema schema) => new(
        new Records(schema.Shape, schema.Classes, values, [.. labels.Select(l => Math.Max(l, 0))]), labels, names, null,
        [.. labels.Select(_ => -1)]);
}
