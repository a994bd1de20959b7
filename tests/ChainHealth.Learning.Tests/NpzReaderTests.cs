using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

public sealed class NpzReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Grey_images_are_read_in_order_and_scaled_to_minus_one_to_one()
    {
        Dataset dataset = NpzReader.Read(NpzBuilder.Small().Save(folder), "small", []);

        Assert.Equal(new TensorShape(1, 2, 2), dataset.Schema.Shape);
        Assert.Equal(["class 0", "class 1"], dataset.Schema.ClassNames.ToArray());
        Assert.Equal([-1f, 1f, -1f, -0.6f], dataset.Train[0].ToArray());
        Assert.Equal([0, 1], dataset.Test.Labels);
    }

    [Fact]
    public void Colour_images_become_channel_first()
    {
        var builder = new NpzBuilder();
        foreach (string split in new[] { "train", "val", "test" })
        {
            builder.With($"{split}_images", "(2, 1, 2, 3)", [0, 51, 102, 153, 204, 255, 0, 0, 0, 0, 0, 0]);
            builder.With($"{split}_labels", "(2,)", [1, 0]);
        }

        Dataset dataset = NpzReader.Read(builder.Save(folder), "colour", ["a", "b"]);

        Assert.Equal(new TensorShape(3, 1, 2), dataset.Schema.Shape);
        float[] expected = [.. new byte[] { 0, 153, 51, 204, 102, 255 }.Select(InputScale.OfPixel)];
        Assert.Equal(expected, dataset.Train[0].ToArray());
    }

    [Fact]
    public void A_truncated_archive_is_refused_by_name()
    {
        string path = NpzBuilder.Small().Save(folder);
        byte[] content = File.ReadAllBytes(path);
        for (int keep = 0; keep < content.Length; keep += 37)
        {
            File.WriteAllBytes(path, content[..keep]);
            Assert.Contains(path, Fault(path), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("train_images", "(2, 2, 2)", 8, "<f4", "False", "dtype is '<f4', expected uint8")]
    [InlineData("train_images", "(2, 2, 2)", 8, "|u1", "True", "Fortran order")]
    [InlineData("train_images", "(2, 4)", 8, "|u1", "False", "train_images has shape (2, 4), expected (N, height")]
    [InlineData("train_images", "(2, 2, 1, 2)", 8, "|u1", "False", "train_images has shape (2, 2, 1, 2)")]
    [InlineData("train_images", "(2, 1, 4)", 8, "|u1", "False", "images of different shapes")]
    [InlineData("train_images", "(2, 2, 2)", 7, "|u1", "False", "truncated, 7 of 8 bytes")]
    [InlineData("train_images", "(2, 2, 2)", 9, "|u1", "False", "more bytes than the shape")]
    [InlineData("train_images", "(0, 2, 2)", 0, "|u1", "False", "limits are 1..1000000 records")]
    [InlineData("train_images", "(2000000000, 2000, 2000)", 8, "|u1", "False", "exceeds 536870912 bytes")]
    [InlineData("train_images", "(2, x, 2)", 8, "|u1", "False", "shape (2, x, 2) is not readable")]
    [InlineData("val_labels", "(3, 1)", 3, "|u1", "False", "expected one label for each of the 2 images")]
    [InlineData("train_labels", "(2, 1)", 2, "|u1", "False", "class 1 (class 1) has no training record")]
    public void Each_fault_names_the_member_and_what_is_wrong(
        string member, string shape, int bytes, string type, string order, string expected)
    {
        string path = NpzBuilder.Small().With(member, shape, new byte[bytes], type, order).Save(folder);

        string fault = Fault(path);

        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.StartsWith(path, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_member_and_a_label_beyond_the_classes_are_refused()
    {
        string missing = NpzBuilder.Small().Without("val_images").Save(folder, "missing.npz");
        string beyond = NpzBuilder.Small().With("test_labels", "(2,)", [0, 7]).Save(folder, "beyond.npz");

        Assert.Contains("member val_images.npy is missing", Fault(missing), StringComparison.Ordinal);
        Assert.Contains("label 7 where there are 2 classes",
            Assert.Throws<DatasetException>(() => NpzReader.Read(beyond, "x", ["a", "b"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_zeros_costs_no_more_than_its_stated_shape()
    {
        string path = NpzBuilder.Small().With("train_images", "(2, 2, 2)", new byte[200_000_000]).Save(folder);

        Assert.True(new FileInfo(path).Length < 1_000_000);
        Assert.Contains("more bytes than the shape", Fault(path), StringComparison.Ordinal);
    }

    private static string Fault(string path) =>
        Assert.Throws<DatasetException>(() => NpzReader.Read(path, "x", [])).Message;
}
