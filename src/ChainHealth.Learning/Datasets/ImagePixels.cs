using ChainHealth.Primitives;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace ChainHealth.Learning;

/// <summary>Decodes and scales images through ML.NET's image transforms.</summary>
internal static class ImagePixels
{
    /// <returns>The images one after the other, channel first, in -1..1.</returns>
    /// <exception cref="DatasetException">An image cannot be decoded.</exception>
    public static float[] Load(string[] files, TensorShape shape)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(files.Select(f => new ImageRow { ImagePath = f }));

        // Greyscale needs images of a known size, so scaling comes first.
        IEstimator<ITransformer> steps = context.Transforms.LoadImages("Image", "", nameof(ImageRow.ImagePath))
            .Append(context.Transforms.ResizeImages("Image", shape.Width, shape.Height, "Image",
                ImageResizingEstimator.ResizingKind.Fill));
        if (shape.Channels == 1)
        {
            steps = steps.Append(context.Transforms.ConvertToGrayscale("Image"));
        }

        steps = steps.Append(context.Transforms.ExtractPixels("Pixels", "Image",
            shape.Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red
                : ImagePixelExtractingEstimator.ColorBits.Rgb,
            ImagePixelExtractingEstimator.ColorsOrder.ARGB,
            interleavePixelColors: false, offsetImage: 127.5f, scaleImage: (float)(1 / 127.5)));
        IDataView pixels = steps.Fit(rows).Transform(rows);
        var values = new float[files.Length * shape.Elements];
        int row = 0;
        try
        {
            using DataViewRowCursor cursor = pixels.GetRowCursor([pixels.Schema["Pixels"]]);
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(pixels.Schema["Pixels"]);
            VBuffer<float> buffer = default;
            for (; cursor.MoveNext(); row++)
            {
                getter(ref buffer);
                buffer.CopyTo(values.AsSpan(row * shape.Elements, shape.Elements));
            }
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or IOException)
        {
            throw new DatasetException($"{files[Math.Min(row, files.Length - 1)]}: cannot be decoded", fault);
        }

        return values;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; init; } = "";
    }
}
