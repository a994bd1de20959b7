using ChainHealth.Primitives;
using SkiaSharp;

namespace ChainHealth.Learning.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Class_named_folders_of_png_and_jpeg_are_read_scaled_and_split()
    {
        for (int i = 0; i < 5; i++)
        {
            Save($"dark/{i}.png", new SKColor(0, 0, 0), SKEncodedImageFormat.Png);
            Save($"light/{i}.jpg", new SKColor(255, 255, 255), SKEncodedImageFormat.Jpeg);
        }

        Dataset dataset = ImageFolderReader.Read(folder.Folder, new TensorShape(1, 8, 8));

        Assert.Equal(["dark", "light"], dataset.Schema.ClassNames.ToArray());
        Assert.Equal((6, 2, 2), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        for (int i = 0; i < dataset.Train.Count; i++)
        {
            float expected = dataset.Train.Labels[i] == 0 ? -1 : 1;
            Assert.All(dataset.Train[i].ToArray(), v => Assert.Equal(expected, v, 0.02f));
        }
    }

    [Fact]
    public void Colour_comes_channel_first_and_given_splits_are_kept()
    {
        foreach (string split in new[] { "train", "val", "test" })
        {
            Save($"{split}/a/0.png", new SKColor(255, 0, 0), SKEncodedImageFormat.Png);
            Save($"{split}/b/0.png", new SKColor(0, 0, 255), SKEncodedImageFormat.Png);
        }

        Dataset dataset = ImageFolderReader.Read(folder.Folder, new TensorShape(3, 4, 4));

        Assert.Equal([.. Enumerable.Repeat(1f, 16), .. Enumerable.Repeat(-1f, 32)], dataset.Train[0].ToArray());
        Assert.Equal([.. Enumerable.Repeat(-1f, 32), .. Enumerable.Repeat(1f, 16)], dataset.Test[1].ToArray());
    }

    [Fact]
    public void A_file_that_is_no_image_is_named()
    {
        Save("a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        string bad = folder.Write("b/broken.png", "not an image");

        Assert.Equal($"{bad}: is no readable PNG or JPEG image", Fault());
    }

    [Fact]
    public void An_image_cut_off_in_the_middle_is_named()
    {
        for (int i = 0; i < 5; i++)
        {
            Save($"a/{i}.png", SKColors.Red, SKEncodedImageFormat.Png);
            Save($"b/{i}.png", SKColors.Blue, SKEncodedImageFormat.Png);
        }

        byte[] whole = File.ReadAllBytes(folder["b/3.png"]);
        File.WriteAllBytes(folder["b/3.png"], whole[..(whole.Length / 2)]);

        Assert.StartsWith(folder["b/3.png"], Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_and_missing_classes_are_named()
    {
        Save("a/0.png", SKColors.Red, SKEncodedImageFormat.Png);
        Assert.Contains("1 class folders, limits are 2..64", Fault(), StringComparison.Ordinal);

        Directory.CreateDirectory(folder["b"]);
        Assert.Contains("class 1 has no .png, .jpg or .jpeg file", Fault(), StringComparison.Ordinal);
    }

    private string Fault() => Assert.Throws<DatasetException>(
        () => ImageFolderReader.Read(folder.Folder, new TensorShape(1, 8, 8))).Message;

    private void Save(string name, SKColor colour, SKEncodedImageFormat format)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        using var bitmap = new SKBitmap(20, 12);
        bitmap.Erase(colour);
        using SKData encoded = bitmap.Encode(format, 95);
        File.WriteAllBytes(folder[name], encoded.ToArray());
    }
}
