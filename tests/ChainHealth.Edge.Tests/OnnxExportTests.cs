using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ChainHealth.Edge.Tests;

/// <summary>The downloaded ONNX file, loaded by a runtime that is not ours, scores records as the model itself does.
/// </summary>
public class OnnxExportTests
{
    private const float Tolerance = 1e-3f;

    [Theory]
    [InlineData("mlp", 1, 1, 30, 2)]
    [InlineData("conv1d", 1, 1, 30, 2)]
    [InlineData("mlp", 1, 1, 12, 2)]
    [InlineData("lenet", 1, 28, 28, 6)]
    [InlineData("lenet", 3, 28, 28, 8)]
    [InlineData("strided", 1, 28, 28, 2)]
    public void Every_architecture_gives_the_same_scores(
        string name, int channels, int height, int width, int classes)
    {
        Architecture architecture = Architectures.TryCreate(
            name, new TensorShape(channels, height, width), classes, out _)!;
        GlobalModel model = GlobalModel.Initial(architecture, FixedPoint.Default, 11);
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 5 * architecture.Input.Elements)
            .Select(_ => (float)((random.NextDouble() * 4) - 2))];

        AssertSame(architecture, model, new Records(architecture.Input, classes, values, [0, 1, 0, 1, 0]));
    }

    [Fact]
    public void A_trained_model_predicts_the_test_records_as_it_did_here()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");
        TrainingDefaults defaults = TrainingDefaults.For(wdbc);
        Architecture architecture = Architectures.TryCreate("mlp", wdbc.Test.Shape, wdbc.Test.Classes, out _)!;
        GlobalModel start = GlobalModel.Initial(architecture, FixedPoint.Default, 1);
        float[] weights = ParameterVector.FromFixedPoint(architecture, start.Weights.AsSpan(), start.Format);
        float[] update = LocalTrainer.Train(architecture, weights, wdbc.Train, defaults.Options, 5).Update;
        long[] trained = ParameterVector.ToFixedPoint(
            architecture, [.. weights.Select((w, i) => w + update[i])], FixedPoint.Default);
        var model = new GlobalModel(architecture.Hash, FixedPoint.Default, [.. trained]);

        float[] scores = AssertSame(architecture, model, wdbc.Test);

        int right = Enumerable.Range(0, wdbc.Test.Count)
            .Count(i => (scores[i * 2] > scores[(i * 2) + 1] ? 0 : 1) == wdbc.Test.Labels[i]);
        Assert.True(right > 0.9 * wdbc.Test.Count, $"{right} of {wdbc.Test.Count}");
    }

    private static float[] AssertSame(Architecture architecture, GlobalModel model, Records records)
    {
        float[] expected = ModelEvaluator.Scores(
            architecture, ParameterVector.FromFixedPoint(architecture, model.Weights.AsSpan(), model.Format), records);

        using var session = new InferenceSession(OnnxFile.Encode(architecture, model, "a test"));
        TensorShape shape = architecture.Input;
        var input = new DenseTensor<float>(
            records.Values.ToArray(), [records.Count, shape.Channels, shape.Height, shape.Width]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> answers =
            session.Run([NamedOnnxValue.CreateFromTensor("records", input)]);
        float[] scores = [.. answers.Single(a => a.Name == "scores").AsEnumerable<float>()];

        Assert.Equal(expected.Length, scores.Length);
        Assert.All(expected.Zip(scores), s => Assert.Equal(s.First, s.Second, Tolerance));
        Assert.True(expected.Max() - expected.Min() > 100 * Tolerance, "the scores are too close to tell apart");
        Assert.Equal(model.Hash.ToString(), session.ModelMetadata.CustomMetadataMap["content hash"]);
        return scores;
    }
}
