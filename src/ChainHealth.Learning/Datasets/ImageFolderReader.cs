using System.Collections.Immutable;
using ChainHealth.Primitives;
using SkiaSharp;

namespace ChainHealth.Learning;

/// <summary>Reads PNG and JPEG files from class-named sub-folders: FOLDER/CLASS/x.png, split 60/20/20 by a fixed seed;
/// or FOLDER/{train,val,test}/CLASS/x.png. Classes are numbered in ordinal order of their names.</summary>
public static class ImageFolderReader
{
    public const int ImagesMax = 200_000;
    public const long FileBytesMax = 1L << 26;
    public const long PixelsMax = 1L << 26;
    private static readonly string[] SplitNames = ["train", "val", "test"];

    /// <param name="shape">1 (grey) or 3 (RGB) channels; images are scaled to its height and width, the aspect ratio
    /// not kept.</param>
    /// <exception cref="DatasetException">Names the folder or the image and what is wrong with it.</exception>
    public static Dataset Read(string folder, TensorShape shape)
    {
        if (shape.Channels is not (1 or 3) || shape.Height is < 4 or > 512 || shape.Width is < 4 or > 512)
        {
            throw new DatasetException($"image shape {shape}: 1 or 3 channels and sides of 4..512 are possible");
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            return SplitNames.All(s => Directory.Exists(Path.Combine(folder, s)))
                ? ReadSplit(folder, name, shape) : ReadFlat(folder, name, shape);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{folder}: cannot be read: {fault.Message}", fault);
        }
    }

    private static Dataset ReadFlat(string folder, string name, TensorShape shape)
    {
        ImmutableArray<string> classes = Classes(folder);
        (string[] files, int[] labels) = Files(folder, classes);
        (int[] Train, int[] Validation, int[] Test) split =
            StratifiedSplit.Of(labels, classes, folder, Table.SplitSeed);
        var all = new Records(shape, classes.Length, ImagePixels.Load(files, shape), labels);
        return new Dataset(name, new DatasetSchema(shape, classes, []),
            all.Take(split.Train), all.Take(split.Validation), all.Take(split.Test));
    }

    private static Dataset ReadSplit(string folder, string name, TensorShape shape)
    {
        ImmutableArray<string> classes = Classes(Path.Combine(folder, SplitNames[0]));
        Records[] splits = [.. SplitNames.Select(s =>
        {
            (string[] files, int[] labels) = Files(Path.Combine(folder, s), classes);
            return new Records(shape, classes.Length, ImagePixels.Load(files, shape), labels);
        })];
        return new Dataset(name, new DatasetSchema(shape, classes, []), splits[0], splits[1], splits[2]);
    }

    private static ImmutableArray<string> Classes(string folder)
    {
        ImmutableArray<string> names = [.. Directory.EnumerateDirectories(folder).Select(d => Path.GetFileName(d))
            .Where(d => !d.StartsWith('.')).Take(Architecture.ClassesMax + 1).Order(StringComparer.Ordinal)];
        return names.Length is >= 2 and <= Architecture.ClassesMax ? names : throw new DatasetException(
            $"{folder}: {names.Length} class folders, limits are 2..{Architecture.ClassesMax}");
    }

    private static (string[] Files, int[] Labels) Files(string folder, ImmutableArray<string> classes)
    {
        var files = new List<string>();
        var labels = new List<int>();
        for (int c = 0; c < classes.Length; c++)
        {
            string place = Path.Combine(folder, classes[c]);
            string[] found = Directory.Exists(place) ? [.. Directory.EnumerateFiles(place).Where(IsImage)
                .Take(ImagesMax + 1).Order(StringComparer.Ordinal)] : [];
            if (found.Length == 0)
            {
                throw new DatasetException($"{place}: class {c} has no .png, .jpg or .jpeg file");
            }

            files.AddRange(found);
            labels.AddRange(Enumerable.Repeat(c, found.Length));
        }

        if (files.Count > ImagesMax)
        {
            throw new DatasetException($"{folder}: more than {ImagesMax} images");
        }

        files.ForEach(CheckImage);
        return ([.. files], [.. labels]);
    }

    private static bool IsImage(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG";

    // Before anything is decoded: the size stated in the header bounds the memory.
    internal static void CheckImage(string path)
    {
        DatasetFile.CheckReadable(path, FileBytesMax);
        using SKCodec? codec = SKCodec.Create(path);
        if (codec is null)
        {
            throw new DatasetException($"{path}: is no readable PNG or JPEG image");
        }

        long pixels = (long)codec.Info.Width * codec.Info.Height;
        if (pixels is 0 or > PixelsMax)
        {
            throw new DatasetException(
                $"{path}: {codec.Info.Width} x {codec.Info.Height} pixels, limit is {PixelsMax}");
        }
    }
}
