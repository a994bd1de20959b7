using System.Globalization;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>One record without a label, as a model takes it: an image, scaled to the model's size and to -1..1, or a
/// text file with one line of numbers that are normalised already.</summary>
public static class RecordFile
{
    private const long TextBytesMax = 1 << 20;

    /// <exception cref="DatasetException">Names the file, and the column where one is wrong.</exception>
    public static float[] Read(string path, TensorShape shape)
    {
        string extension = Path.GetExtension(path).ToUpperInvariant();
        if (extension is ".PNG" or ".JPG" or ".JPEG")
        {
            ImageFolderReader.CheckImage(path);
            return shape.Channels is 1 or 3 && shape.Height > 1
                ? ImagePixels.Load([path], shape)
                : throw new DatasetException($"{path}: the model takes records of {shape}, not images");
        }

        string[] lines = DatasetFile.ReadText(path, TextBytesMax, reader =>
            reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (lines.Length != 1)
        {
            throw new DatasetException($"{path}: {lines.Length} lines, one record is one line");
        }

        string[] cells = lines[0].Split([',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (cells.Length != shape.Elements)
        {
            throw new DatasetException($"{path}: {cells.Length} numbers, the model takes {shape.Elements}");
        }

        return [.. cells.Select((cell, column) =>
            float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                && float.IsFinite(value)
                ? value
                : throw new DatasetException($"{path}, column {column + 1}: '{cell}' is no number"))];
    }
}
