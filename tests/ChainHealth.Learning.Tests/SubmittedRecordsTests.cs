using System.IO.Compression;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Learning.Tests;

public sealed class SubmittedRecordsTests : IDisposable
{
    private static readonly ColumnRange Age = new("age", 40, 95, 60, 10, true);
    private static readonly ColumnRange Sodium = new("serum_sodium", 113, 148, 136, 4, true);

    private static readonly DatasetSchema Patients = new(
        new TensorShape(1, 1, 2), ["alive", "died"], ["age", "serum_sodium"]) { Columns = [Age, Sodium] };

    private static readonly DatasetSchema Images = new(new TensorShape(1, 28, 28), ["normal", "pneumonia"], []);

    private readonly string folder = Directory.CreateTempSubdirectory("chainhealth-submitted-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Columns_are_known_by_their_words_in_any_order()
    {
        SubmittedRecords read = Table("Sodium_Serum,time,AGE,DEATH_EVENT\n136,4,70,1\n?,5,60,\n");

        Assert.Equal([1, -1], read.Labels);
        Assert.Equal([1f, 0f, 0f, 0f], read.Records.Values);
        Assert.Equal("line 2 line 3", string.Join(' ', read.Names));
        Assert.True(double.IsNaN(read.Raw![1][1]));
    }

    [Theory]
    [InlineData("age,serum_sodium\n60,x1\n", "line 2, column 2 (serum_sodium): 'x1' is not a number")]
    [InlineData("age,serum_sodium\n60\n", "line 2: 1 columns, the header has 2")]
    [InlineData("age\n60\n", "there is no column 'serum_sodium'")]
    [InlineData("age;serum_sodium\n60;130\n", "parted by commas")]
    [InlineData("age,serum_sodium,colour\n60,130,red\n", "column 3: 'colour' is no column")]
    [InlineData("age,serum_sodium,label\n60,130,asleep\n", "label 'asleep' is none of 0 = alive, 1 = died")]
    [InlineData("age,serum_sodium\n", "no records")]
    [InlineData("age,serum_sodium\n1,2\n1,2\n1,2\n1,2\n", "more than 3 records")]
    public void A_wrong_table_is_refused_with_line_and_column(string text, string fault) =>
        Assert.Contains(fault, Assert.Throws<DatasetException>(() => Table(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_encoding_is_named_with_its_place()
    {
        byte[] latin = [.. "age,serum_sodium\n60,13"u8, 0xE9, (byte)'\n'];

        Assert.Contains("line 2, byte 6", Fault("a.csv", latin, Patients), StringComparison.Ordinal);
        Assert.Contains(
            "UTF-16", Fault("a.csv", [0xFF, 0xFE, 60, 0], Patients), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_and_an_image_of_a_hundred_megapixels_are_refused()
    {
        Assert.Contains("no readable PNG", Fault("a.png", "<svg/>"u8.ToArray(), Images), StringComparison.Ordinal);
        Assert.Contains("10000 x 10000", Fault("a.png", HugePng(), Images), StringComparison.Ordinal);
        Assert.Contains("tables", Fault("a.png", HugePng(), Patients), StringComparison.Ordinal);
        Assert.Contains("not '.EXE'", Fault("a.exe", [1], Images), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_unpacks_to_too_much_or_names_no_class_is_refused()
    {
        Assert.Contains("unpacks to more than",
            Fault("bomb.zip", Zip(("normal/a.png", new byte[20_000_000])), Images), StringComparison.Ordinal);
        Assert.Contains("'cats' is none of the classes",
            Fault("a.zip", Zip(("cats/a.png", [1])), Images), StringComparison.Ordinal);
        Assert.Contains("not a readable", Fault("a.zip", [80, 75, 3, 4, 9], Images), StringComparison.Ordinal);
        Assert.Contains("no member images.npy", Fault("a.npz", Zip(("x.npy", [1])), Images), StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_come_with_or_without_labels()
    {
        byte[] pixels = new byte[2 * 784];
        pixels[0] = 255;
        SubmittedRecords read = SubmittedRecords.Read(
            Write("a.npz", Zip(("images.npy", Npy("(2, 28, 28)", pixels)))), "a.npz", Images, 9);

        Assert.Equal([-1, -1], read.Labels);
        Assert.Equal((1f, -1f), (read.Records.Values[0], read.Records.Values[1]));
        byte[] wrong = Zip(("images.npy", Npy("(2, 28, 28)", pixels)), ("labels.npy", Npy("(2,)", [0, 7])));
        Assert.Contains("label 7 of image 1", Fault("a.npz", wrong, Images), StringComparison.Ordinal);
    }

    private static byte[] HugePng()
    {
        byte[] header = [0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 8, 0, 0, 0, 0];
        byte[] check = [0x9F, 0x25, 0x3D, 0xFB];
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. header, .. check, 0, 0, 0, 0, .. "IDAT"u8, 0x35, 0xAF, 6, 0x1E];
    }

    private static byte[] Npy(string shape, byte[] content)
    {
        string header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Fault(string name, byte[] content, DatasetSchema schema) => Assert.Throws<DatasetException>(
        () => SubmittedRecords.Read(Write(name, content), name, schema, 3)).Message;

    private SubmittedRecords Table(string text) =>
        SubmittedRecords.Read(Write("a.csv", Encoding.UTF8.GetBytes(text)), "a.csv", Patients, 3);
}
