using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>The public anchors of a study in a file (WIRE.md, "Anchor file"), for hospitals that bring records of their
/// own and lack the study's public set. Values are as training sees them.</summary>
/// <param name="Dataset">The public set that they were taken from.</param>
/// <param name="ClassNames">What the labels mean.</param>
/// <param name="PerClass">So many of each class were asked for; a class may have fewer, but has one.</param>
/// <param name="Records">The anchors, in the order in which training takes them.</param>
public sealed record AnchorFile(string Dataset, ImmutableArray<string> ClassNames, int PerClass, Records Records)
{
    public const long BytesMax = 256L << 20;

    private const string Magic = "chainhealth anchors 1";
    private const int NameBytesMax = 128;
    private const string Remedy =
        "; ask the study's provider for its file (made by: dataset anchors NAME --out FILE) and compare the SHA-256";

    /// <summary>SHA-256 of the file, as sha256sum shows it: what a plan names and people compare.</summary>
    public Digest Checksum => Digest.Sha256(Encode());

    /// <summary>That of the anchors which training takes from this set; zero where it takes none.</summary>
    public static Digest ChecksumOf(Dataset dataset, int perClass) =>
        perClass == 0 ? Digest.Zero : Taken(dataset, perClass).Checksum;

    /// <summary>The anchors that training takes from this set.</summary>
    /// <exception cref="DatasetException">A class has too few records to give one away.</exception>
    public static AnchorFile Of(Dataset dataset, int perClass)
    {
        AnchorFile file = Taken(dataset, perClass);
        return CountFault(file) is { } fault
            ? throw new DatasetException($"data set '{dataset.Name}': {fault}") : file;
    }

    private static AnchorFile Taken(Dataset dataset, int perClass) => new(
        dataset.Name, dataset.Schema.ClassNames, perClass, AnchorRecords.Split(dataset, perClass).Anchors);

    /// <exception cref="DatasetException">Names the file, what is wrong with it, and what to do.</exception>
    public static AnchorFile Read(string path)
    {
        DatasetFile.CheckReadable(path, BytesMax);
        try
        {
            return TryDecode(File.ReadAllBytes(path), out string? fault)
                ?? throw new DatasetException($"{path}: not an anchor file: {fault}{Remedy}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(1024 + (Records.Values.Length * sizeof(float)));
        writer.Text(Magic).Text(Dataset).List(ClassNames, (w, name) => w.Text(name)).Int32(PerClass)
            .Int32(Records.Shape.Channels).Int32(Records.Shape.Height).Int32(Records.Shape.Width)
            .List(Records.Labels, (w, label) => w.Byte((byte)label));
        foreach (float value in Records.Values)
        {
            writer.Int32(BitConverter.SingleToInt32Bits(value));
        }

        return writer.ToArray();
    }

    /// <summary>Null where the bytes are no anchors; the fault then says why.</summary>
    public static AnchorFile? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        string magic = reader.Text(NameBytesMax);
        if (reader.Failed || magic != Magic)
        {
            fault = $"it does not begin with '{Magic}'";
            return null;
        }

        string dataset = reader.Text(NameBytesMax);
        var names = reader.List(Architecture.ClassesMax, (ref CanonicalReader r) => r.Text(NameBytesMax));
        int perClass = reader.Int32();
        int channels = reader.Int32(), height = reader.Int32(), width = reader.Int32();
        var labels = reader.List(
            TrainingOptions.AnchorsMax * Architecture.ClassesMax, (ref CanonicalReader r) => (int)r.Byte());
        fault = reader.Fault ?? HeadFault(names, perClass, channels, height, width, labels, reader.Remaining);
        if (fault is not null)
        {
            return null;
        }

        var values = new float[reader.Remaining / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.Int32BitsToSingle(reader.Int32());
        }

        var records = new Records(new TensorShape(channels, height, width), names.Length, values, [.. labels]);
        var file = new AnchorFile(dataset, names, perClass, records);
        int odd = Array.FindIndex(values, v => !float.IsFinite(v));
        fault = odd >= 0 ? $"value {odd} is no finite number" : CountFault(file);
        return fault is null ? file : null;
    }

    /// <summary>Null where records of this shape and these classes can be trained on together with the anchors; else
    /// what differs and what to do.</summary>
    /// <param name="whose">What a person calls them: a data set or a plan.</param>
    public string? Misfit(string whose, TensorShape shape, ImmutableArray<string> classNames)
    {
        if (Records.Shape != shape)
        {
            return $"anchors of '{Dataset}' are records of {Records.Shape}, {whose} has {shape}{Remedy}";
        }

        return ClassNames.SequenceEqual(classNames) ? null
            : $"anchors of '{Dataset}' have the classes {string.Join(", ", ClassNames)}, {whose} has "
                + string.Join(", ", classNames)
                + (ClassNames.Order().SequenceEqual(classNames.Order())
                    ? "; number the labels as the study does (a table: first line ROWS,COLUMNS,"
                        + $"{string.Join(",", ClassNames)} and labels from 0)"
                    : Remedy);
    }

    /// <summary>Before anything is allocated.</summary>
    private static string? HeadFault(
        ImmutableArray<string> names, int perClass, int channels, int height, int width, ImmutableArray<int> labels,
        int bytes)
    {
        if (names.Length < 2 || perClass is < 1 or > TrainingOptions.AnchorsMax)
        {
            return $"{names.Length} classes with {perClass} anchors each: at least 2, with 1 to "
                + $"{TrainingOptions.AnchorsMax}, are wanted";
        }

        bool sound = channels is >= 1 and <= Architecture.ElementsMax && height is >= 1 and <= Architecture.ElementsMax
            && width is >= 1 and <= Architecture.ElementsMax;
        decimal elements = sound ? (decimal)channels * height * width : 0;
        return elements is < 1 or > Architecture.ElementsMax
            ? $"shape {channels}x{height}x{width} is out of range"
            : elements * labels.Length * sizeof(float) != bytes
            ? $"{bytes} bytes of values are not {labels.Length} records of {channels}x{height}x{width}"
            : labels.FirstOrDefault(l => l >= names.Length, -1) is var wrong and >= 0
            ? $"label {wrong} is not below {names.Length}" : null;
    }

    private static string? CountFault(AnchorFile file)
    {
        int[] counts = file.Records.CountPerClass();
        int odd = Array.FindIndex(counts, n => n < 1 || n > file.PerClass);
        return odd < 0 ? null
            : $"class '{file.ClassNames[odd]}' has {counts[odd]} anchors, 1 to {file.PerClass} are wanted";
    }
}
